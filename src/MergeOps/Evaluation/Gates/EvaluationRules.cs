using System.Globalization;
using MergeOps.Diagnostics;
using MergeOps.Evaluation.External;
using MergeOps.Evaluation.Scores;
using MergeOps.Hub;
using MergeOps.Recipes;

namespace MergeOps.Evaluation.Gates;

/// <summary>
/// What a recipe's <c>evaluate</c> and <c>gates</c> must keep beyond their form; needs the recipe alone, so that a gate that
/// could never decide is found before a byte of weights is read.
/// </summary>
internal static class EvaluationRules
{
    /// <summary>Reports every mistake at its place.</summary>
    public static void Check(Recipe recipe, DiagnosticBag diagnostics)
    {
        if (recipe.Evaluate is { } settings)
        {
            CheckNames(settings, diagnostics);
            CheckExternal(settings, diagnostics);
            CheckExperts(recipe, settings, diagnostics);
        }

        var vocabulary = new GateVocabulary(recipe.Evaluate);
        foreach (var gate in recipe.Gates)
        {
            CheckMetric(gate, recipe.Evaluate, vocabulary, diagnostics);
            CheckBounds(gate, diagnostics);
            CheckComparison(gate.Against, recipe, diagnostics);
            CheckComparison(gate.NotWorseThan, recipe, diagnostics);
        }
    }

    private static void CheckNames(EvaluationSettings settings, DiagnosticBag diagnostics)
    {
        var taken = new HashSet<string>(StringComparer.Ordinal) { Metric.Mean };
        foreach (var name in settings.Tasks.Select(task => task.Name).Concat(settings.Texts.Select(text => text.Name)))
        {
            if (!taken.Add(name.Value))
            {
                diagnostics.Error(
                    Codes.EvaluationNameTaken,
                    name.Value == Metric.Mean
                        ? "'mean' stands for the mean over the tasks in gates and reports. Choose another name."
                        : $"Another task or text is called '{name.Value}' already, and gates find them by name. Choose another name.",
                    name.Span);
            }
        }
    }

    // one task may give several scores under one name
    private static void CheckExternal(EvaluationSettings settings, DiagnosticBag diagnostics)
    {
        var own = settings.Tasks.Select(task => task.Name.Value).Concat(settings.Texts.Select(text => text.Name.Value)).Append(Metric.Mean).ToHashSet(StringComparer.Ordinal);
        var taken = new HashSet<Metric>();
        foreach (var external in settings.External)
        {
            var metric = ExternalMetric.Of(external).Metric;
            if (own.Contains(external.Name.Value))
            {
                diagnostics.Error(Codes.EvaluationNameTaken, $"'{external.Name.Value}' stands for something that is measured here. Choose another name.", external.Name.Span);
            }
            else if (!taken.Add(metric))
            {
                diagnostics.Error(Codes.EvaluationNameTaken, $"There is a '{metric}' already, and gates find scores by that. Choose another name.", external.Name.Span);
            }
        }
    }

    private static void CheckExperts(Recipe recipe, EvaluationSettings settings, DiagnosticBag diagnostics)
    {
        var models = ReferencedModels.Of(recipe).Select(model => model.Value.ToString()).ToList();
        foreach (var task in settings.Tasks)
        {
            if (task.Expert is { } expert && !models.Contains(expert.Value.ToString(), StringComparer.Ordinal))
            {
                diagnostics.Error(
                    Codes.ExpertUnknown,
                    $"'{expert.Value}' is not among the models, which are {string.Join(", ", models.Select(model => $"'{model}'"))}."
                        + NearestName.Suggestion(expert.Value.ToString(), models),
                    expert.Span);
            }
        }
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

    private static void CheckComparison(Located<string>? named, Recipe recipe, DiagnosticBag diagnostics)
    {
        if (named is not { } against)
        {
            return;
        }

        if (!GateVocabulary.Comparisons.Contains(against.Value))
        {
            diagnostics.Error(
                Codes.GateComparisonUnknown,
                $"'{against.Value}' is not one of {string.Join(", ", GateVocabulary.Comparisons)}."
                    + NearestName.Suggestion(against.Value, GateVocabulary.Comparisons),
                against.Span);
        }
        else if (against.Value == GateVocabulary.Base && recipe.BaseModel is null)
        {
            diagnostics.Error(Codes.GateComparisonUnknown, "The recipe has no 'base_model' to compare with.", against.Span);
        }
    }
}
