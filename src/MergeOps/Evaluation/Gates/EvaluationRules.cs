using MergeOps.Diagnostics;
using MergeOps.Evaluation.Contract;
using MergeOps.Evaluation.Data;
using MergeOps.Evaluation.External;
using MergeOps.Evaluation.Figures;
using MergeOps.Recipes;
using MergeOps.Sources;

namespace MergeOps.Evaluation.Gates;

/// <summary>
/// What a recipe's <c>evaluate</c> and <c>gates</c> must keep beyond their form; needs the recipe alone, so that a gate that
/// could never decide is found before a byte of weights is read.
/// </summary>
/// <param name="catalogue">What can be measured.</param>
internal sealed class EvaluationRules(EvaluationCatalogue catalogue)
{
    /// <summary>Reports every mistake at its place.</summary>
    public void Check(Recipe recipe, DiagnosticBag diagnostics)
    {
        if (recipe.Evaluate is { } settings)
        {
            CheckItems(recipe, settings, diagnostics);
            CheckExternal(settings, diagnostics);
            BenchmarkRules.Check(settings, diagnostics);
        }

        var figures = new RecipeFigures(recipe.Evaluate, catalogue);
        CheckMeans(recipe, figures, diagnostics);
        foreach (var gate in recipe.Gates.Where(gate => !gate.IsOnModels))
        {
            GateRules.Check(gate, recipe, figures, diagnostics);
        }
    }

    /// <summary>Reports mistakes in tasks and texts: their names, their settings, their experts.</summary>
    public static void CheckItems(Recipe recipe, EvaluationSettings settings, DiagnosticBag diagnostics)
    {
        CheckNames(settings, diagnostics);
        CheckTasks(settings, diagnostics);
        CheckExperts(recipe, settings, diagnostics);
    }

    private static void CheckNames(EvaluationSettings settings, DiagnosticBag diagnostics)
    {
        var taken = new HashSet<string>(StringComparer.Ordinal) { Figure.Mean, GateSettings.Analysis };
        foreach (var name in settings.Tasks.Select(task => task.Name).Concat(settings.Texts.Select(text => text.Name)))
        {
            if (!taken.Add(name.Value))
            {
                diagnostics.Error(
                    Codes.EvaluationNameTaken,
                    name.Value == Figure.Mean ? "'mean' is the mean over the tasks in gates and reports. Choose another name."
                        : name.Value == GateSettings.Analysis ? "'analysis' in gates stands for what the models have in common before they are merged. Choose another name."
                        : $"Another task or text is already called '{name.Value}', and gates find them by name. Choose another name.",
                    name.Span);
            }
        }
    }

    private static void CheckTasks(EvaluationSettings settings, DiagnosticBag diagnostics)
    {
        foreach (var task in settings.Tasks)
        {
            if (TaskKind.Of(task).Objection is { } objection)
            {
                diagnostics.Error(Codes.TaskSettingsUnusable, objection, task.Span);
            }

            if (HubFileReference.IsOne(task.Data.Value) && HarnessTask.IsOne(task.Data.Value))
            {
                diagnostics.Error(
                    Codes.HarnessTaskUnusable,
                    $"{TerminalText.Quoted(task.Data.Value)} is a task file on the Hub. Put task files beside the recipe, where they are reviewed; items may be on the Hub.",
                    task.Data.Span);
            }
        }
    }

    // the intervals of a mean's tasks are joined as those of independent ones
    private static void CheckMeans(Recipe recipe, RecipeFigures figures, DiagnosticBag diagnostics)
    {
        foreach (var name in recipe.Gates.Select(gate => gate.Metric.Value).Distinct(StringComparer.Ordinal))
        {
            if (!figures.TryFind(name, out var figure) || !figure.IsMean)
            {
                continue;
            }

            foreach (var same in recipe.Evaluate!.Tasks.Where(task => figures.IsOf(figure, task.Name.Value)).GroupBy(task => task.Data.Value, StringComparer.Ordinal).Select(same => same.ToList()).Where(same => same.Count > 1))
            {
                diagnostics.Note(
                    Codes.TaskItemRepeated,
                    $"'{same[0].Name.Value}' and '{same[1].Name.Value}' have the same data, and '{name}' treats tasks as independent, so its interval is too narrow. Gate each of them, or divide the data.",
                    same[1].Data.Span);
            }
        }
    }

    // one task may give several scores under one name
    private static void CheckExternal(EvaluationSettings settings, DiagnosticBag diagnostics)
    {
        var own = settings.Tasks.Select(task => task.Name.Value).Concat(settings.Texts.Select(text => text.Name.Value)).Append(Figure.Mean).ToHashSet(StringComparer.Ordinal);
        var taken = new HashSet<Figure>();
        foreach (var external in settings.External)
        {
            var figure = ExternalMetric.Of(external).Figure;
            if (own.Contains(external.Name.Value))
            {
                diagnostics.Error(Codes.EvaluationNameTaken, $"'{external.Name.Value}' is the name of something that is measured here. Choose another name.", external.Name.Span);
            }
            else if (!taken.Add(figure))
            {
                diagnostics.Error(Codes.EvaluationNameTaken, $"There is a '{figure}' already, and gates find scores by it. Choose another name.", external.Name.Span);
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
}
