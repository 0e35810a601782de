using System.Collections.Immutable;
using MergeOps.Search.Contract;

namespace MergeOps.Search.Searchers;

/// <summary>
/// The weights of two models from how alike they are: α = ½ + ½·(1 − max(c, 0))·s, where c is the cosine of their vectors and
/// s = ±1 points to the one with the better score. Models that learned the same are averaged; of those that learned different
/// things the better one is taken.
/// </summary>
internal sealed class AlphaFromSimilarity : Searcher
{
    /// <inheritdoc/>
    public override string Name => "alpha_from_similarity";

    /// <inheritdoc/>
    public override string Summary => "the weights of two models from the cosine of their task vectors and from which one scores better";

    /// <inheritdoc/>
    public override bool NeedsGeometry => true;

    /// <inheritdoc/>
    public override string? Refuses(SearchProblem problem) => ModelWeights.Refuses(problem, Name, 1)
        ?? (problem.Dimensions.Length == 2 ? null : $"'{Name}' is for two models, but {problem.Dimensions.Length} weights are searched.");

    /// <inheritdoc/>
    public override ImmutableArray<ImmutableArray<double>> Next(SearchProblem problem, IReadOnlyList<ScoredPoint> scored) =>
        scored.Count == 0 ? ModelWeights.Singles(problem) : [Weights(problem, scored)];

    /// <inheritdoc/>
    public override ScoredPoint Choose(SearchProblem problem, IReadOnlyList<ScoredPoint> scored) =>
        Weights(problem, scored) is var weights && scored.FirstOrDefault(point => point.IsAt(weights)) is { } computed ? computed : problem.BestOf(scored);

    private static ImmutableArray<double> Weights(SearchProblem problem, IReadOnlyList<ScoredPoint> scored)
    {
        double[] merits = [.. ModelWeights.Singles(problem).Select(single => problem.MeritOf(scored.First(point => point.IsAt(single))))];
        // with equal scores neither is the better one
        var sign = merits[0].CompareTo(merits[1]);
        var geometry = problem.Geometry!;
        var cosine = geometry.CosineOf(geometry.Models.IndexOf(problem.Dimensions[0].Model!), geometry.Models.IndexOf(problem.Dimensions[1].Model!));
        var alpha = 0.5 + (0.5 * (1 - Math.Max(cosine, 0)) * sign);
        return problem.Fit([alpha, 1 - alpha]);
    }
}
