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
        return new(descents, overlaps, Advice.Of(sums, descents, overlaps));
    }
}
