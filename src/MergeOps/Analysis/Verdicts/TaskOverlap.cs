using MergeOps.Analysis.Figures;

namespace MergeOps.Analysis.Verdicts;

/// <summary>What the task vectors of two models have to do with each other.</summary>
internal enum Overlap
{
    /// <summary>One of them is the base as it is.</summary>
    None,

    /// <summary>They point apart: what one adds, the other takes away.</summary>
    Opposed,

    /// <summary>They are nearly orthogonal: each learned something else, in other directions.</summary>
    Disjoint,

    /// <summary>They have a part in common.</summary>
    Partial,

    /// <summary>They point in much the same direction: related data, or one descends from the other.</summary>
    Overlapping,
}

/// <summary>The verdict on a pair, and where it conflicts most.</summary>
/// <param name="Overlap">The verdict.</param>
/// <param name="Cosine">What it follows from.</param>
/// <param name="Layers">The layers of the lowest cosines, at most three, the lowest first; only those well below the pair's own.</param>
/// <param name="Roles">The roles of the lowest cosines, likewise.</param>
internal sealed record TaskOverlap(Overlap Overlap, double Cosine, IReadOnlyList<(int Layer, double Cosine)> Layers, IReadOnlyList<(string Role, double Cosine)> Roles)
{
    private const double Apart = -0.1;
    private const double Orthogonal = 0.1;
    private const double Alike = 0.3;
    private const double Below = 0.05;
    private const int Most = 3;

    /// <summary>Of two task vectors.</summary>
    public static TaskOverlap Of(AnalysisSums sums, int first, int second)
    {
        var cosine = PairFigure.Cosine.Of(sums.Total.Sums, first, second)!.Value;
        var overlap = sums.Total.Sums is var total && (total.Vectors[first].Squares <= 0 || total.Vectors[second].Squares <= 0) ? Overlap.None
            : cosine <= Apart ? Overlap.Opposed : cosine < Orthogonal ? Overlap.Disjoint : cosine < Alike ? Overlap.Partial : Overlap.Overlapping;
        return new(overlap, cosine, Lowest(sums.Layers), Lowest(sums.Roles));

        List<(TKey Key, double Cosine)> Lowest<TKey>(IEnumerable<(TKey Key, Sums.SampledSums Sums)> groups) =>
        [
            .. groups.Where(group => group.Sums.Sums.Vectors[first].Squares > 0 && group.Sums.Sums.Vectors[second].Squares > 0)
                .Select(group => (group.Key, Cosine: PairFigure.Cosine.Of(group.Sums.Sums, first, second)!.Value))
                .Where(group => group.Cosine < cosine - Below)
                .OrderBy(group => group.Cosine)
                .Take(Most),
        ];
    }
}
