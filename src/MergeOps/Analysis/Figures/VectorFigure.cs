using MergeOps.Analysis.Sums;

namespace MergeOps.Analysis.Figures;

/// <summary>A figure of one vector, and how it follows from sums.</summary>
/// <param name="Name">The name, as machine output writes it.</param>
/// <param name="Label">The heading of its column in tables.</param>
/// <param name="Meaning">What it is, in a phrase.</param>
/// <param name="Of">The value; null without a base.</param>
internal sealed record VectorFigure(string Name, string Label, string Meaning, Func<VectorSums, int, double?> Of)
{
    /// <summary>The cosine between the model's weights, which are base plus vector, and the base's.</summary>
    public static VectorFigure CosineToBase { get; } = new("cosine_to_base", "cosine to base", "cosine between the model's weights and the base's", (sums, i) =>
    {
        var (vector, origin) = (sums.Vectors[i], sums.BaseSquares);
        var squares = origin + (2 * vector.BaseProducts) + vector.Squares;
        return origin <= 0 ? null : squares <= 0 ? 0 : (origin + vector.BaseProducts) / (Math.Sqrt(origin) * Math.Sqrt(squares));
    });

    /// <summary>All of them, in the order in which reports show them.</summary>
    public static IReadOnlyList<VectorFigure> All { get; } =
    [
        new("norm", "norm", "‖v‖", (sums, i) => Math.Sqrt(Math.Max(0, sums.Vectors[i].Squares))),
        new("relative_norm", "of base", "‖v‖ over the base's norm", (sums, i) => sums.BaseSquares > 0 ? Math.Sqrt(Math.Max(0, sums.Vectors[i].Squares) / sums.BaseSquares) : null) { IsShare = true },
        CosineToBase,
        new("sparsity", "zero", "share of entries that are exactly 0: weights as they are in the base", (sums, i) => sums.Elements > 0 ? sums.Vectors[i].Zeros / sums.Elements : 0) { IsShare = true },
        new("kept", "kept", "share of entries that trimming leaves, the largest of each tensor: what `ties` keeps at the recipe's density", (sums, i) => Trimmed(sums, i) is { } kept ? kept.Entries / sums.Elements : null) { IsShare = true },
        new("kept_norm", "of norm²", "share of ‖v‖² that trimming leaves", (sums, i) => Trimmed(sums, i) is { } kept ? Ratio(kept.Squares, sums.Vectors[i].Squares) : null) { IsShare = true },
        new("overruled", "overruled", "share of what trimming leaves whose sign `ties` does not elect, with all models counting equally", (sums, i) => Trimmed(sums, i) is { } kept ? Ratio(kept.Overruled, kept.Entries) : null) { IsShare = true },
        new("dare_error", "dare error", "expected ‖rescaled − v‖ / ‖v‖ when `dare_*` keeps the same share of entries at random: √(1/density − 1)", (sums, i) => Trimmed(sums, i) is { } kept ? Math.Sqrt(Math.Max(0, (sums.Elements / kept.Asked) - 1)) : null),
    ];

    /// <summary>Whether it is a share, which people read in percent.</summary>
    public bool IsShare { get; private init; }

    // the merged vector is not trimmed, and a sample trims nothing
    private static KeptSum? Trimmed(VectorSums sums, int i) => sums.Vectors[i].Trimmed is { Asked: > 0 } kept ? kept : null;

    private static double Ratio(double part, double whole) => whole == 0 ? 0 : part / whole;
}
