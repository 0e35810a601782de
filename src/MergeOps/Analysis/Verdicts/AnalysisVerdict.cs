using MergeOps.Analysis.Figures;

namespace MergeOps.Analysis.Verdicts;

/// <summary>What an analysis comes to, in words.</summary>
/// <param name="Descents">For each model whether it descends from the base; without a base, for each pair of models whether they are related.</param>
/// <param name="Overlaps">For each pair of models what their tasks have in common; empty without a base.</param>
/// <param name="Advice">What to try.</param>
internal sealed record AnalysisVerdict(IReadOnlyList<Descent?> Descents, IReadOnlyList<TaskOverlap> Overlaps, Advice Advice)
{
    /// <summary>Of an analysis.</summary>
    public static AnalysisVerdict Of(AnalysisSums sums)
    {
        var pairs = AnalysisSums.PairsOf(sums.Plan.Models, withMerged: false).ToList();
        List<Descent?> descents = sums.Plan.Base is null
            ? pairs.ConvertAll(pair => Descent.Between(sums, pair.A, pair.B))
            : [.. Enumerable.Range(0, sums.Plan.Models.Length).Select(model => Descent.FromBase(sums, model))];
        List<TaskOverlap> overlaps = sums.Plan.Base is null ? [] : pairs.ConvertAll(pair => TaskOverlap.Of(sums, pair.A, pair.B));
        return new(descents, overlaps, Advice.Of(sums, descents, overlaps)) { Doubts = [.. DoubtsOf(sums)] };
    }

    // rounding to bfloat16 moves a weight by up to 2⁻⁹ of it, by 0.11 % on the square average
    private const double MostRounding = 0.0017;

    /// <summary>Vectors that may be other than they seem: sentences about a vector by its number.</summary>
    public IReadOnlyList<(int Vector, string Words)> Doubts { get; init; } = [];

    /// <summary>The sentences with the vectors' names.</summary>
    /// <param name="names">The vectors' names.</param>
    public IEnumerable<string> Remarks(IReadOnlyList<string> names) => Doubts.Select(doubt => $"{names[doubt.Vector]} {doubt.Words}");

    private static IEnumerable<(int, string)> DoubtsOf(AnalysisSums sums)
    {
        var total = sums.Total.Sums;
        for (var i = 0; i < (sums.Plan.Base is null ? 0 : sums.Plan.Models.Length); i++)
        {
            var vector = total.Vectors[i];
            if (vector.Squares <= 0)
            {
                yield return (i, "equals the base.");
            }
            else if (Math.Sqrt(vector.Squares / total.BaseSquares) <= MostRounding && vector.Zeros * 2 < total.Elements)
            {
                yield return (i, "differs from the base by no more than rounding to bfloat16, so its task vector may be nothing but rounding.");
            }
            else if (VectorFigure.CosineToBase.Of(total, i) >= 0.999999 && vector.Squares > total.BaseSquares * 1e-4)
            {
                yield return (i, "is a multiple of the base: it has the base's directions and a different length.");
            }
        }
    }
}
