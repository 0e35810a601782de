using System.Collections.Immutable;
using System.Globalization;
using MergeOps.Evaluation.Contract;
using MergeOps.Recipes;

namespace MergeOps.Evaluation.Gates;

/// <summary>What a gate asks, in a line: <c>0.05 ≤ mean.accuracy − best_parent</c> or <c>mean.loss not worse than published</c>; of what two models have in common, <c>0.9 ≤ drift.cosine with published</c>.</summary>
internal static class GateCondition
{
    /// <summary>Of a gate in a recipe.</summary>
    /// <param name="gate">The gate.</param>
    /// <param name="figure">What it bounds; null where that is not known, or a metric of the models.</param>
    public static string Of(GateSettings gate, Figure? figure) =>
        Of(MetricOf(gate), Between(figure?.Metric.ComparesModels == true), gate.Min?.Value, gate.Max?.Value, gate.Against?.Value, gate.NotWorseThan?.Value, gate.Margin?.Value);

    /// <summary>Of a gate that was decided.</summary>
    public static string Of(GateResult gate) => Of(MetricOf(gate.Metric, gate.Pair), Between(gate.IsInCommon), gate.Min, gate.Max, gate.Against, gate.NotWorseThan, gate.Margin);

    /// <summary>What stands between a figure, or the merged model, and the model beside it.</summary>
    public static string Between(bool isInCommon) => isInCommon ? "with" : "−";

    private static string MetricOf(GateSettings gate) => MetricOf(gate.Metric.Value, [.. gate.Pair.Select(model => model.Value.ToString())]);

    private static string MetricOf(string metric, ImmutableArray<string> pair) => pair.IsEmpty ? metric : $"{metric}({string.Join(", ", pair)})";

    private static string Of(string metric, string between, double? min, double? max, string? against, string? notWorseThan, double? margin)
    {
        if (notWorseThan is not null)
        {
            return $"{metric} not worse than {notWorseThan}{(margin is { } by ? string.Create(CultureInfo.InvariantCulture, $" by more than {by}") : "")}";
        }

        var lower = min is { } least ? string.Create(CultureInfo.InvariantCulture, $"{least} ≤ ") : "";
        var upper = max is { } most ? string.Create(CultureInfo.InvariantCulture, $" ≤ {most}") : "";
        return $"{lower}{metric}{(against is null ? "" : $" {between} {against}")}{upper}";
    }
}
