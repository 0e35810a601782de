using System.Globalization;
using MergeOps.Diagnostics;
using MergeOps.Evaluation.Scores;
using MergeOps.Recipes;
using MergeOps.Recipes.Declarations;

namespace MergeOps.Evaluation.Gates;

/// <summary>What one gate of a recipe must keep beyond its form, so that it can decide.</summary>
internal static class GateRules
{
    /// <summary>No model is so many times as good as a task's expert.</summary>
    private const double LargestShare = 10;

    /// <summary>Reports every mistake at its place.</summary>
    public static void Check(GateSettings gate, Recipe recipe, GateVocabulary vocabulary, DiagnosticBag diagnostics)
    {
        CheckMetric(gate, recipe.Evaluate, vocabulary, diagnostics);
        CheckBounds(gate, diagnostics);
        CheckRange(gate, vocabulary, diagnostics);
        CheckComparison(gate.Against, recipe, diagnostics);
        CheckComparison(gate.NotWorseThan, recipe, diagnostics);
    }

    private static void CheckMetric(GateSettings gate, EvaluationSettings? settings, GateVocabulary vocabulary, DiagnosticBag diagnostics)
    {
        if (!vocabulary.TryFind(gate.Metric.Value, out var metric))
        {
            diagnostics.Error(Codes.GateMetricUnknown, vocabulary.Explain(gate.Metric.Value), gate.Metric.Span);
        }
        else if (metric.Kind == MetricKind.ExpertShare
            && settings!.Tasks.Where(task => metric.Subject is Metric.Mean || task.Name.Value == metric.Subject)
                .FirstOrDefault(task => task.Expert is null) is { } without)
        {
            diagnostics.Error(
                Codes.GateMetricUnknown,
                $"'{metric}' needs the expert of '{without.Name.Value}', and that task names none. Add 'expert:' to it.",
                gate.Metric.Span);
        }
    }

    private static void CheckBounds(GateSettings gate, DiagnosticBag diagnostics)
    {
        if (gate.NotWorseThan is { } than)
        {
            CheckMargin(gate, than, diagnostics);
        }
        else if (gate.Margin is { } lost)
        {
            diagnostics.Error(Codes.GateBoundsUnusable, "'margin' belongs to 'not_worse_than', and the gate has none.", lost.Span);
        }
        else if (gate.Min is null && gate.Max is null)
        {
            diagnostics.Error(Codes.GateBoundsUnusable, "The gate has neither 'min' nor 'max', so it would pass always.", gate.Span);
        }
        else if (gate is { Min: { } min, Max: { } max } && min.Value > max.Value)
        {
            diagnostics.Error(
                Codes.GateBoundsUnusable,
                string.Create(CultureInfo.InvariantCulture, $"'min' {min.Value} is larger than 'max' {max.Value}, so nothing would pass."),
                max.Span);
        }
    }

    private static void CheckMargin(GateSettings gate, Located<string> than, DiagnosticBag diagnostics)
    {
        if (gate.Min is not null || gate.Max is not null || gate.Against is not null)
        {
            diagnostics.Error(Codes.GateBoundsUnusable, "'not_worse_than' says all that the gate asks; 'min', 'max' and 'against' belong to a gate of their own.", than.Span);
        }

        if (gate.Margin is { Value: < 0 } negative)
        {
            diagnostics.Error(Codes.GateBoundsUnusable, "'margin' is at least 0. To ask for an improvement write 'min' and 'against'.", negative.Span);
        }
    }

    // a figure lies in its metric's range, a difference of two between the range's widths
    private static void CheckRange(GateSettings gate, GateVocabulary vocabulary, DiagnosticBag diagnostics)
    {
        if (!vocabulary.TryFind(gate.Metric.Value, out var metric))
        {
            return;
        }

        var (lowest, highest) = metric.Range;
        if (gate.Against is not null || gate.NotWorseThan is not null)
        {
            (lowest, highest) = (lowest - highest, highest - lowest);
        }

        var subject = gate.Against is null && gate.NotWorseThan is null ? $"'{metric}'" : $"A difference of '{metric}'";
        foreach (var (key, bound) in new[] { ("min", gate.Min), ("max", gate.Max), ("margin", gate.Margin) })
        {
            if (bound is { } asked && (asked.Value < lowest || asked.Value > highest))
            {
                diagnostics.Error(
                    Codes.GateBoundsUnusable,
                    string.Create(CultureInfo.InvariantCulture, $"{subject} {RangeText(lowest, highest)}, so '{key}' {asked.Value} decides nothing.{Share(metric, asked.Value)}"),
                    asked.Span);
            }
            else if (bound is { } share && metric.Kind is MetricKind.ExpertShare && Math.Abs(share.Value) > LargestShare)
            {
                diagnostics.Warning(
                    Codes.GateBoundsUnusable,
                    string.Create(CultureInfo.InvariantCulture, $"'{key}' {share.Value} asks for {share.Value} times the expert's accuracy.{Share(metric, share.Value)}"),
                    share.Span);
            }
        }
    }

    private static string RangeText(double lowest, double highest) =>
        double.IsFinite(highest) ? string.Create(CultureInfo.InvariantCulture, $"lies between {lowest} and {highest}")
        : string.Create(CultureInfo.InvariantCulture, $"is at least {lowest}");

    // who writes 50 means 50 %
    private static string Share(Metric metric, double bound) =>
        metric.Kind is not MetricKind.Loss && Math.Abs(bound) is > 1 and <= 100
            ? string.Create(CultureInfo.InvariantCulture, $" Write {bound} % as {Math.Round(bound / 100, 6)}.")
            : "";

    private static void CheckComparison(Located<string>? named, Recipe recipe, DiagnosticBag diagnostics)
    {
        if (named is not { } against)
        {
            return;
        }

        if (!Baselines.All.Contains(against.Value))
        {
            diagnostics.Error(
                Codes.GateComparisonUnknown,
                $"'{against.Value}' is not one of {string.Join(", ", Baselines.All)}."
                    + NearestName.Suggestion(against.Value, Baselines.All),
                against.Span);
        }
        else if (against.Value == Baselines.Base && recipe.BaseModel is null)
        {
            diagnostics.Error(Codes.GateComparisonUnknown, "The recipe has no 'base_model' to compare with.", against.Span);
        }
    }
}
