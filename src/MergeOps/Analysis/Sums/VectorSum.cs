namespace MergeOps.Analysis.Sums;

/// <summary>What is added up over the entries of one vector.</summary>
/// <param name="Squares">Σ v².</param>
/// <param name="Magnitudes">Σ |v|.</param>
/// <param name="BaseProducts">Σ v · b, b being the base's entries; 0 without a base.</param>
/// <param name="Zeros">How many entries are exactly 0. A double: samples are scaled up.</param>
/// <param name="Trimmed">What trimming leaves of it.</param>
internal readonly record struct VectorSum(double Squares, double Magnitudes, double BaseProducts, double Zeros, KeptSum Trimmed = default)
{
    public static VectorSum operator +(VectorSum a, VectorSum b) =>
        new(a.Squares + b.Squares, a.Magnitudes + b.Magnitudes, a.BaseProducts + b.BaseProducts, a.Zeros + b.Zeros, a.Trimmed + b.Trimmed);

    public static VectorSum operator *(VectorSum a, double factor) =>
        new(a.Squares * factor, a.Magnitudes * factor, a.BaseProducts * factor, a.Zeros * factor, a.Trimmed * factor);
}

/// <summary>What trimming leaves of a vector.</summary>
/// <param name="Asked">How many entries it should leave, zeros included.</param>
/// <param name="Entries">How many it leaves that are not 0.</param>
/// <param name="Squares">Σ v² over them.</param>
/// <param name="Overruled">How many of them have another sign than the sum of what is left of all models.</param>
internal readonly record struct KeptSum(double Asked, double Entries, double Squares, double Overruled)
{
    public static KeptSum operator +(KeptSum a, KeptSum b) => new(a.Asked + b.Asked, a.Entries + b.Entries, a.Squares + b.Squares, a.Overruled + b.Overruled);

    public static KeptSum operator *(KeptSum a, double factor) => new(a.Asked * factor, a.Entries * factor, a.Squares * factor, a.Overruled * factor);
}
