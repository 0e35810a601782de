using System.Collections.Immutable;
using MergeOps.Evaluation.Scores;
using MergeOps.Recipes;

namespace MergeOps.Evaluation.External;

/// <summary>What to look for in another harness's results.</summary>
/// <param name="Metric">How gates and reports call it.</param>
/// <param name="Task">The task there.</param>
/// <param name="Key">The metric there, with or without <c>,filter</c>.</param>
internal sealed record ExternalMetric(Metric Metric, string Task, string Key)
{
    /// <summary>What an entry of a recipe's <c>external</c> names; gates leave the filter out.</summary>
    public static ExternalMetric Of(ExternalSettings settings) => new(
        new Metric(settings.Name.Value, MetricKind.External, settings.Metric.Value.Split(',')[0]),
        settings.Task?.Value ?? settings.Name.Value,
        settings.Metric.Value);

    /// <summary>Everything that a recipe names, in its order.</summary>
    public static ImmutableArray<ExternalMetric> AllOf(EvaluationSettings? settings) =>
        settings is null ? [] : [.. settings.External.Select(Of)];
}
