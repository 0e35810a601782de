namespace MergeOps.Analysis.Sums;

/// <summary>What is added up over the entries of two vectors.</summary>
/// <param name="Products">Σ a · b.</param>
/// <param name="SquaredDifferences">Σ (a − b)²: taken entry by entry, since a difference of sums loses it where the vectors are nearly equal.</param>
/// <param name="Opposite">How many entries have opposite signs; an entry of 0 opposes nothing.</param>
/// <param name="Different">How many entries differ in sign, 0 being a sign of its own.</param>
/// <param name="OppositeMagnitudes">Σ (|a| + |b|) over the entries of opposite signs.</param>
/// <param name="Trimmed">What is left of them after trimming.</param>
internal readonly record struct PairSum(
    double Products, double SquaredDifferences, double Opposite, double Different, double OppositeMagnitudes, TrimmedSum Trimmed)
{
    public static PairSum operator +(PairSum a, PairSum b) => new(
        a.Products + b.Products,
        a.SquaredDifferences + b.SquaredDifferences,
        a.Opposite + b.Opposite,
        a.Different + b.Different,
        a.OppositeMagnitudes + b.OppositeMagnitudes,
        new(a.Trimmed.InBoth + b.Trimmed.InBoth, a.Trimmed.InEither + b.Trimmed.InEither, a.Trimmed.Opposite + b.Trimmed.Opposite));

    public static PairSum operator *(PairSum a, double factor) => new(
        a.Products * factor,
        a.SquaredDifferences * factor,
        a.Opposite * factor,
        a.Different * factor,
        a.OppositeMagnitudes * factor,
        new(a.Trimmed.InBoth * factor, a.Trimmed.InEither * factor, a.Trimmed.Opposite * factor));
}

/// <summary>Counts of entries after both vectors were cut to the largest of their entries, tensor by tensor, as TIES cuts them.</summary>
/// <param name="InBoth">Kept in both.</param>
/// <param name="InEither">Kept in one or both.</param>
/// <param name="Opposite">Kept in both, with opposite signs.</param>
internal readonly record struct TrimmedSum(double InBoth, double InEither, double Opposite);
