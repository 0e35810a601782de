namespace MergeOps.Analysis.Sums;

/// <summary>What is added up over the entries of one vector.</summary>
/// <param name="Squares">Σ v².</param>
/// <param name="Magnitudes">Σ |v|.</param>
/// <param name="BaseProducts">Σ v · b, b being the base's entries; 0 without a base.</param>
/// <param name="Zeros">How many entries are exactly 0. A double: samples are scaled up.</param>
internal readonly record struct VectorSum(double Squares, double Magnitudes, double BaseProducts, double Zeros)
{
    public static VectorSum operator +(VectorSum a, VectorSum b) =>
        new(a.Squares + b.Squares, a.Magnitudes + b.Magnitudes, a.BaseProducts + b.BaseProducts, a.Zeros + b.Zeros);

    public static VectorSum operator *(VectorSum a, double factor) =>
        new(a.Squares * factor, a.Magnitudes * factor, a.BaseProducts * factor, a.Zeros * factor);
}
