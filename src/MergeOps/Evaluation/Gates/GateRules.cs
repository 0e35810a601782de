using System.Globalization;
using MergeOps.Diagnostics;
using MergeOps.Evaluation.Contract;
using MergeOps.Evaluation.Figures;
using MergeOps.Recipes;
using MergeOps.Recipes.Declarations;

namespace MergeOps.Evaluation.Gates;

/// <summary>What one gate of a recipe must keep beyond its form, so that it can decide.</summary>
internal static class GateRules
{
    /// <summary>Reports every mistake at its place.</summary>
    public static void Check(GateSettings gate, Recipe recipe, RecipeFigures figures, DiagnosticBag diagnostics)
    {
        if ((gate.Pair.Select(model => (SourceSpan?)model.Span).FirstOrDefault() ?? gate.Sample?.Span) is { } lone)
        {
            diagnostics.Error(Codes.GateBoundsUnusable, $"'pair' and 'sample' belong to a metric of the models, such as '{GateSettings.Analysis}.cosine'; '{gate.Metric.Value}' is one of the merged model.", lone);
        }

        CheckMetric(gate, recipe.Evaluate, figures, diagnostics);
        CheckBounds(gate, diagnostics);
        CheckRange(gate, figures, diagnostics);
        CheckPair(gate, figures, diagnostics);
        CheckComparison(gate.Against, recipe, diagnostics);
        CheckComparison(gate.NotWorseThan, recipe, diagnostics);
        CheckAverage(gate, figures, diagnostics);
    }

    private static void CheckMetric(GateSettings gate, EvaluationSettings? settings, RecipeFigures figures, DiagnosticBag diagnostics)
    {
        if (!figures.TryFind(gate.Metric.Value, out var figure))
        {
            diagnostics.Error(Codes.GateMetricUnknown, figures.Explain(gate.Metric.Value), gate.Metric.Span);
        }
        else if (settings!.Tasks.Where(task => figures.IsOf(figure, task.Name.Value))
            .Select(figure.Metric.LackOf).FirstOrDefault(lack => lack is not null) is { } lack)
        {
            diagnostics.Error(Codes.GateMetricUnknown, $"'{figure}' {lack}", gate.Metric.Span);
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
            diagnostics.Error(Codes.GateBoundsUnusable, "The gate has neither 'min' nor 'max', so it would always pass.", gate.Span);
        }
        else if (gate is { Min: { } min, Max: { } max } && min.Value > max.Value)
        {
            diagnostics.Error(
                Codes.GateBoundsUnusable,
                string.Create(CultureInfo.InvariantCulture, $"'min' {min.Value} is larger than 'max' {max.Value}, so nothing would pass."),
                max.Span);
        }
    }

    // what two models have in common is no figure of one, and no loss
    private static void CheckPair(GateSettings gate, RecipeFigures figures, DiagnosticBag diagnostics)
    {
        if (figures.TryFind(gate.Metric.Value, out var figure) && figure.Metric.ComparesModels && gate.Against is null)
        {
            diagnostics.Error(
                Codes.GateBoundsUnusable,
                $"'{figure}' is what two models have in common. Write 'min' and 'against: {Baselines.Published}', or another of {string.Join(", ", Baselines.All)}.",
                gate.NotWorseThan?.Span ?? gate.Span);
        }
    }

    private static void CheckMargin(GateSettings gate, Located<string> than, DiagnosticBag diagnostics)
    {
        if (gate.Min is not null || gate.Max is not null || gate.Against is not null)
        {
            diagnostics.Error(Codes.GateBoundsUnusable, "'not_worse_than' cannot be combined with 'min', 'max' and 'against'. Put those into a gate of their own.", than.Span);
        }

        if (gate.Margin is { Value: < 0 } negative)
        {
            diagnostics.Error(Codes.GateBoundsUnusable, "'margin' must be at least 0. To require an improvement, write 'min' and 'against'.", negative.Span);
        }
    }

    // a figure lies in its metric's range, as does what two models have in common; a difference lies between the range's widths
    private static void CheckRange(GateSettings gate, RecipeFigures figures, DiagnosticBag diagnostics)
    {
        if (!figures.TryFind(gate.Metric.Value, out var figure))
        {
            return;
        }

        var isBeside = gate.Against is not null || gate.NotWorseThan is not null;
        var (lowest, highest) = isBeside ? figure.Metric.RangeBeside : figure.Metric.Range;
        var subject = isBeside && !figure.Metric.ComparesModels ? $"A difference of '{figure}'" : $"'{figure}'";
        foreach (var (key, bound) in new[] { ("min", gate.Min), ("max", gate.Max), ("margin", gate.Margin) })
        {
            if (bound is { } asked && (asked.Value < lowest || asked.Value > highest))
            {
                diagnostics.Error(
                    Codes.GateBoundsUnusable,
                    string.Create(CultureInfo.InvariantCulture, $"{subject} {RangeText(lowest, highest)}, so '{key}' {asked.Value} always gives the same verdict.{Share(figure.Metric, asked.Value)}"),
                    asked.Span);
            }
            else if (bound is { } loose && (key == "min" ? loose.Value <= lowest : loose.Value >= highest))
            {
                diagnostics.Warning(
                    Codes.GateBoundsUnusable,
                    string.Create(CultureInfo.InvariantCulture, $"{subject} {RangeText(lowest, highest)}, so every model meets '{key}' {loose.Value} and the gate decides nothing. Write a bound that a bad model misses."),
                    loose.Span);
            }
            else if (bound is { } edge && (key == "min" ? edge.Value >= highest : key == "max" && edge.Value <= lowest))
            {
                diagnostics.Warning(
                    Codes.GateBoundsUnusable,
                    string.Create(CultureInfo.InvariantCulture, $"{subject} {RangeText(lowest, highest)}, and the interval of a measured figure is never entirely at that end, so no model passes '{key}' {edge.Value}. Write a bound that a good model meets."),
                    edge.Span);
            }
            else if (bound is { } doubted && figure.Metric.DoubtOf(doubted.Value, isBeside) is { } doubt)
            {
                diagnostics.Warning(
                    Codes.GateBoundsUnusable,
                    string.Create(CultureInfo.InvariantCulture, $"'{key}' {doubted.Value} {doubt}{Share(figure.Metric, doubted.Value)}"),
                    doubted.Span);
            }
        }
    }

    private static string RangeText(double lowest, double highest) =>
        double.IsFinite(highest) ? string.Create(CultureInfo.InvariantCulture, $"lies between {lowest} and {highest}")
        : string.Create(CultureInfo.InvariantCulture, $"is at least {lowest}");

    // who writes 50 means 50 %
    private static string Share(Metric metric, double bound) =>
        (metric.IsShare || metric.Range.Highest == 1) && Math.Abs(bound) is > 1 and <= 100
            ? string.Create(CultureInfo.InvariantCulture, $" Write {bound} % as {Math.Round(bound / 100, 6)}.")
            : "";

    // the average is made for a while here and is no folder that a command is given
    private static void CheckAverage(GateSettings gate, RecipeFigures figures, DiagnosticBag diagnostics)
    {
        if ((gate.Against ?? gate.NotWorseThan) is { Value: Baselines.Average } average && figures.TryFind(gate.Metric.Value, out var figure) && !figure.Metric.IsScoredHere)
        {
            diagnostics.Error(
                Codes.GateComparisonUnknown,
                $"'{figure}' is measured by another harness, and the plain average is scored only by MergeOps. Compare with {string.Join(" or ", Baselines.All.Where(known => known != Baselines.Average).Select(known => $"'{known}'"))}.",
                average.Span);
        }
    }

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
