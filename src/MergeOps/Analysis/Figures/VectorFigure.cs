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
    ];

    /// <summary>Whether it is a share, which people read in percent.</summary>
    public bool IsShare { get; private init; }
}
