using System.Globalization;
using MergeOps.Diagnostics;
using MergeOps.Recipes;
using MergeOps.Sources;

namespace MergeOps.Analysis.Gates;

/// <summary>What a gate on the models of a recipe must keep beyond its form; needs the recipe alone.</summary>
internal static class ModelsGateRules
{
    /// <summary>Above it, a bound on the relation asks for copies of the base.</summary>
    private const double MostRelated = 0.99;

    /// <summary>Reports every mistake at its place.</summary>
    public static void Check(Recipe recipe, DiagnosticBag diagnostics)
    {
        foreach (var gate in recipe.Gates.Where(gate => gate.IsOnModels))
        {
            if (ModelsMetric.All.FirstOrDefault(metric => metric.FullName == gate.Metric.Value) is { } metric)
            {
                CheckBounds(gate, metric, diagnostics);
                CheckModels(gate, metric, recipe, diagnostics);
            }
            else
            {
                List<string> names = [.. ModelsMetric.All.Select(known => known.FullName)];
                diagnostics.Error(
                    Codes.GateMetricUnknown,
                    $"{TerminalText.Quoted(gate.Metric.Value)} is not measured; of the models there are {string.Join(", ", names)}.{NearestName.Suggestion(gate.Metric.Value, names)}",
                    gate.Metric.Span);
            }
        }
    }

    private static void CheckBounds(GateSettings gate, ModelsMetric metric, DiagnosticBag diagnostics)
    {
        if (((gate.Against ?? gate.NotWorseThan)?.Span ?? gate.Margin?.Span) is { } measured)
        {
            diagnostics.Error(Codes.GateBoundsUnusable, $"'{metric.FullName}' is judged before there is a merged model, so it is bounded by 'min' and 'max' alone.", measured);
        }
        else if (gate is { Min: null, Max: null } && metric.UsualMin is null)
        {
            diagnostics.Error(Codes.GateBoundsUnusable, "The gate has neither 'min' nor 'max', so it would always pass.", gate.Span);
        }
        else if (gate is { Min: { } min, Max: { } max } && min.Value > max.Value)
        {
            diagnostics.Error(
                Codes.GateBoundsUnusable, string.Create(CultureInfo.InvariantCulture, $"'min' {min.Value} is larger than 'max' {max.Value}, so nothing would pass."), max.Span);
        }

        foreach (var (key, bound) in new[] { ("min", gate.Min), ("max", gate.Max) })
        {
            if (bound is { } asked && (asked.Value < metric.Lowest || asked.Value > ModelsMetric.Highest))
            {
                diagnostics.Error(
                    Codes.GateBoundsUnusable,
                    string.Create(CultureInfo.InvariantCulture, $"'{metric.FullName}' lies between {metric.Lowest} and {ModelsMetric.Highest}, so '{key}' {asked.Value} always gives the same verdict."),
                    asked.Span);
            }
        }

        if (metric == ModelsMetric.Related && gate.Min is { Value: > MostRelated and <= ModelsMetric.Highest } strict)
        {
            diagnostics.Error(
                Codes.GateBoundsUnusable,
                string.Create(CultureInfo.InvariantCulture, $"'{metric.FullName}' is the {metric.Meaning}; only a copy of the base reaches {strict.Value}. Leave 'min' out for the usual {metric.UsualMin}."),
                strict.Span);
        }

        if (gate.Sample is { } sample && sample.Value is <= 0 or > 1)
        {
            diagnostics.Error(Codes.GateBoundsUnusable, string.Create(CultureInfo.InvariantCulture, $"'sample' is a share of the weights, above 0 and at most 1, not {sample.Value}."), sample.Span);
        }
    }

    private static void CheckModels(GateSettings gate, ModelsMetric metric, Recipe recipe, DiagnosticBag diagnostics)
    {
        List<string> models = [.. ReferencedModels.Of(recipe).Select(model => model.Value.ToString())];
        var origin = recipe.BaseModel?.Value.ToString();
        var isWithBase = metric.IsWithBase && origin is not null;
        if (!isWithBase && models.Count(model => model != origin) < 2)
        {
            diagnostics.Error(Codes.GateMetricUnknown, $"'{metric.FullName}' compares two models, and the recipe has only one beside the base.", gate.Metric.Span);
            return;
        }

        foreach (var model in gate.Pair.Where(model => !models.Contains(model.Value.ToString())))
        {
            diagnostics.Error(
                Codes.GateComparisonUnknown,
                $"{TerminalText.Quoted(model.Value.ToString())} is not among the models, which are {string.Join(", ", models.Select(TerminalText.Quoted))}.{NearestName.Suggestion(model.Value.ToString(), models)}",
                model.Span);
        }

        if (gate.Pair.IsEmpty)
        {
            return;
        }

        var named = gate.Pair.Select(model => model.Value.ToString()).Distinct(StringComparer.Ordinal).ToList();
        if (named.Count != 2 || gate.Pair.Length != 2)
        {
            diagnostics.Error(Codes.GateBoundsUnusable, "'pair' names two different models.", gate.Pair[0].Span);
        }
        else if (isWithBase != named.Contains(origin!, StringComparer.Ordinal))
        {
            diagnostics.Error(
                Codes.GateBoundsUnusable,
                isWithBase
                    ? $"'{metric.FullName}' compares a model with the base: write {TerminalText.Quoted(origin!)} as one of the pair."
                    : $"'{metric.FullName}' compares task vectors, and the base's is 0: name two other models.",
                gate.Pair[0].Span);
        }
    }
}
