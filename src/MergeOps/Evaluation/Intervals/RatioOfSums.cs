namespace MergeOps.Evaluation.Intervals;

/// <summary>A figure that is one sum over all items divided by another, such as nats by tokens, in groups of related items.</summary>
/// <param name="Numerators">For each group.</param>
/// <param name="Denominators">For each group.</param>
internal sealed record RatioOfSums(double[] Numerators, double[] Denominators)
{
    private double Denominator => Denominators.Sum();

    /// <summary>The figure.</summary>
    public double Value => Numerators.Sum() / Denominator;

    /// <summary>
    /// The figure less another one of the same groups, with its interval: the ratios are linearized (W. G. Cochran, "Sampling
    /// Techniques", 3rd edition, 1977, chapter 6), so each group is one unit of a mean.
    /// </summary>
    /// <returns>Null when too little varies for an interval.</returns>
    public Estimate? Less(RatioOfSums? other)
    {
        var (own, others) = (Parts(), other?.Parts());
        var units = new double[own.Length];
        var difference = Value - (other?.Value ?? 0);
        for (var unit = 0; unit < units.Length; unit++)
        {
            units[unit] = difference + own[unit] - (others?[unit] ?? 0);
        }

        return double.IsFinite(difference) && Means.Of(units, Math.Abs(Value)) is { } estimate ? estimate with { Value = difference } : null;
    }

    /// <summary>Whether another one has the same sums in each group.</summary>
    public bool IsSameAs(RatioOfSums other) => Numerators.AsSpan().SequenceEqual(other.Numerators) && Denominators.AsSpan().SequenceEqual(other.Denominators);

    // what each unit adds to the figure, in units of the mean
    private double[] Parts()
    {
        var (numerators, denominators) = (Means.Joined(Numerators), Means.Joined(Denominators));
        var (value, scale) = (Value, numerators.Length / Denominator);
        var parts = new double[numerators.Length];
        for (var unit = 0; unit < parts.Length; unit++)
        {
            parts[unit] = (numerators[unit] - (value * denominators[unit])) * scale;
        }

        return parts;
    }
}
