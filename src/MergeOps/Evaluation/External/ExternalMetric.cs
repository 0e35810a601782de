using System.Collections.Immutable;
using MergeOps.Evaluation.Contract;
using MergeOps.Recipes;

namespace MergeOps.Evaluation.External;

/// <summary>What to look for in another harness's results.</summary>
/// <param name="Figure">How gates and reports call it.</param>
/// <param name="Task">The task there.</param>
/// <param name="Key">The metric there, with or without <c>,filter</c>.</param>
internal sealed record ExternalMetric(Figure Figure, string Task, string Key)
{
    /// <summary>A score under a name; gates leave the filter out.</summary>
    public static ExternalMetric Of(string name, string task, string key) => new(new Figure(name, new HarnessMetric(key.Split(',')[0])), task, key);

    /// <summary>What an entry of a recipe's <c>external</c> names.</summary>
    public static ExternalMetric Of(ExternalSettings settings) =>
        Of(settings.Name.Value, settings.Task?.Value ?? settings.Name.Value, settings.Metric.Value);

    /// <summary>Everything that a recipe names, in its order.</summary>
    public static ImmutableArray<ExternalMetric> AllOf(EvaluationSettings? settings) =>
        settings is null ? [] : [.. settings.External.Select(Of)];
}
