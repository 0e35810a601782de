using MergeOps.Analysis.Sums;

namespace MergeOps.Analysis.Figures;

/// <summary>A figure of two vectors, and how it follows from sums.</summary>
/// <param name="Name">The name, as machine output and gates write it.</param>
/// <param name="Label">The heading of its column in tables.</param>
/// <param name="Meaning">What it is, in a phrase.</param>
/// <param name="Of">The value; null where it was not measured.</param>
internal sealed record PairFigure(string Name, string Label, string Meaning, Func<VectorSums, int, int, double?> Of)
{
    /// <summary>⟨a, b⟩ / (‖a‖ ‖b‖), with its sign; 0 where a norm is 0.</summary>
    public static PairFigure Cosine { get; } = new("cosine", "cosine", "cosine of the angle between the two vectors, with its sign; 0 where one of them is 0", (sums, a, b) =>
        Ratio(Pair(sums, a, b).Products, Math.Sqrt(sums.Vectors[a].Squares) * Math.Sqrt(sums.Vectors[b].Squares)));

    /// <summary>The share of all entries whose signs are opposite.</summary>
    public static PairFigure SignConflict { get; } = new("sign_conflict", "sign conflict", "share of all weights that the two move in opposite directions", (sums, a, b) =>
        Ratio(Pair(sums, a, b).Opposite, sums.Elements))
    { IsShare = true };

    /// <summary>All of them, in the order in which reports show them.</summary>
    public static IReadOnlyList<PairFigure> All { get; } =
    [
        Cosine,
        SignConflict,
        new("sign_conflict_weighted", "weighted", "the same, each weight counted by |a| + |b|", (sums, a, b) =>
            Ratio(Pair(sums, a, b).OppositeMagnitudes, sums.Vectors[a].Magnitudes + sums.Vectors[b].Magnitudes)) { IsShare = true },
        new("sign_difference", "differing", "share of all weights whose signs differ; 0 counts as a sign of its own", (sums, a, b) =>
            Ratio(Pair(sums, a, b).Different, sums.Elements)) { IsShare = true },
        new("sign_conflict_trimmed", "trimmed", "share of all weights that trimming leaves in both and that move in opposite directions", (sums, a, b) =>
            Pair(sums, a, b).Trimmed is { InEither: > 0 } trimmed ? trimmed.Opposite / sums.Elements : null) { IsShare = true },
        new("jaccard", "jaccard", "weights that trimming leaves in both, over those that it leaves in either", (sums, a, b) =>
            Pair(sums, a, b).Trimmed is { InEither: > 0 } trimmed ? trimmed.InBoth / trimmed.InEither : null),
        new("l2_distance", "distance", "‖a − b‖", (sums, a, b) => Math.Sqrt(Math.Max(0, Pair(sums, a, b).SquaredDifferences))),
    ];

    /// <summary>Whether it is a share, which people read in percent.</summary>
    public bool IsShare { get; private init; }

    private static PairSum Pair(VectorSums sums, int a, int b) => sums.Pairs[VectorSums.IndexOf(a, b)];

    private static double Ratio(double part, double whole) => whole == 0 ? 0 : part / whole;
}
