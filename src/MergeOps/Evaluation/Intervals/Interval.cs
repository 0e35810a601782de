namespace MergeOps.Evaluation.Intervals;

/// <summary>A 95 % interval, both ends included.</summary>
internal readonly record struct Interval(double Lower, double Upper)
{
    /// <summary>What lies outside the interval on each side.</summary>
    public const double Tail = 0.025;

    /// <summary>The same interval without what the quantity cannot be.</summary>
    public Interval Within(double lowest, double highest) => new(Math.Max(Lower, lowest), Math.Min(Upper, highest));
}

/// <summary>An estimated quantity with its 95 % interval.</summary>
/// <param name="Value">The estimate; it lies in the interval.</param>
/// <param name="Interval">The interval.</param>
/// <param name="Skewness">The skewness of the estimate's distribution, 0 for proportions, whose intervals are exact.</param>
internal readonly record struct Estimate(double Value, Interval Interval, double Skewness = 0)
{
    /// <summary>How far the interval reaches below the value.</summary>
    public double Below => Value - Interval.Lower;

    /// <summary>How far the interval reaches above the value.</summary>
    public double Above => Interval.Upper - Value;

    /// <summary>Half the interval's width.</summary>
    public double HalfWidth => (Interval.Upper - Interval.Lower) / 2;
}
