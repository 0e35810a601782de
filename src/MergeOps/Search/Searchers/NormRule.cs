using System.Collections.Immutable;
using MergeOps.Search.Contract;

namespace MergeOps.Search.Searchers;

/// <summary>
/// The scale at which the weighted sum of all task vectors is as long as one of them on average, each counted by its weight; 1/√(2 + 2c)
/// for two of one length with the cosine c and the weight 1.
/// </summary>
internal sealed class NormRule : Searcher
{
    /// <inheritdoc/>
    public override string Name => "norm_rule";

    /// <inheritdoc/>
    public override string Summary => "the λ that makes the sum of the task vectors as long as one of them";

    /// <inheritdoc/>
    public override bool NeedsGeometry => true;

    /// <inheritdoc/>
    public override bool ScalesSum => true;

    /// <inheritdoc/>
    public override string? Refuses(SearchProblem problem) => problem.Dimensions is [{ IsForAll: true }] ? null
        : $"'{Name}' computes one number, the scale of the sum of all task vectors: give one entry, such as 'parameter: lambda', without 'model', 'filter' and 'layers'.";

    /// <inheritdoc/>
    public override ImmutableArray<ImmutableArray<double>> Next(SearchProblem problem, IReadOnlyList<ScoredPoint> scored) =>
        scored.Count == 0 ? [problem.Fit([Scale(problem.Geometry!)])] : [];

    private static double Scale(VectorGeometry geometry)
    {
        var weights = geometry.Weights.Sum(Math.Abs);
        var mean = geometry.Weights.Index().Sum(weight => Math.Abs(weight.Item) * geometry.NormOf(weight.Index)) / weights;
        return geometry.NormOfSum is > 0 and var sum ? mean / sum : 1;
    }
}
