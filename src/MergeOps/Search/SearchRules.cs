using MergeOps.Diagnostics;
using MergeOps.Evaluation.Contract;
using MergeOps.Evaluation.Data;
using MergeOps.Evaluation.Gates;
using MergeOps.Recipes;
using MergeOps.Search.Contract;

namespace MergeOps.Search;

/// <summary>What a recipe's <c>search</c> must keep beyond its form.</summary>
/// <param name="catalogue">What can be measured.</param>
internal sealed class SearchRules(EvaluationCatalogue catalogue)
{
    private const int MostNamed = 3;

    /// <summary>Reports every mistake at its place; needs the recipe alone.</summary>
    public void Check(Recipe recipe, DiagnosticBag diagnostics)
    {
        foreach (var stage in recipe.Stages.Select(stage => stage.Search).OfType<SearchSettings>())
        {
            diagnostics.Error(Codes.SearchSpaceUnusable, "Only the last recipe of a file can be searched, and this one is merged before it. Search it in a file of its own, and write the chosen numbers here.", stage.Span);
        }

        if (recipe.Search is not { } search)
        {
            return;
        }

        if (recipe.Output is not null)
        {
            diagnostics.Error(
                Codes.ObjectiveUnusable, "The output is an adapter, and a search scores whole models. Search the numbers in a recipe without 'output', and write the chosen ones here.", search.Span);
        }

        CheckLearning(recipe, search, diagnostics);
        if (((Searcher)search.Searcher.Value).ScalesSum && (!recipe.MergeMethod.Value.IsLinear || !recipe.Post.IsEmpty))
        {
            diagnostics.Error(
                Codes.SearcherRefuses,
                $"'{search.Searcher.Value.Name}' computes the scale of a sum of task vectors, and {(recipe.Post.IsEmpty ? $"'{recipe.MergeMethod.Value.Name}' does more than add them" : "'post' changes what is added")}. Use 'merge_method: task_arithmetic' without 'post', or search '{search.Parameters[0].Parameter.Value.Name}' with 'golden'.",
                search.Searcher.Span);
        }

        var settings = search.Objective;
        EvaluationRules.CheckItems(recipe, settings.Evaluation, diagnostics);
        var objective = SearchObjective.Of(search, catalogue);
        if (objective.Figure is not { } figure)
        {
            diagnostics.Error(
                Codes.ObjectiveUnusable,
                settings.Command is not null
                    ? $"'{settings.Metric.Value}' does not name a task and its metric. Write TASK.METRIC, such as arc_easy.acc_norm."
                    : settings.Evaluation.Tasks.IsEmpty && settings.Evaluation.Texts.IsEmpty
                        ? "The objective has no 'tasks' and no 'texts' to measure it on. Give it validation items, or a 'command'."
                        : objective.Figures.Explain(settings.Metric.Value),
                settings.Metric.Span);
            return;
        }

        foreach (var task in settings.Evaluation.Tasks.Where(task => objective.Figures.IsOf(figure, task.Name.Value)))
        {
            if (figure.Metric.LackOf(task) is { } lack)
            {
                diagnostics.Error(Codes.ObjectiveUnusable, $"'{figure}' {lack}", settings.Metric.Span);
            }
        }

        if (objective.LargerIsBetter is null)
        {
            diagnostics.Error(Codes.ObjectiveUnusable, $"It is unknown whether larger or smaller scores of '{figure}' are better. Add 'goal: max' or 'goal: min'.", settings.Metric.Span);
        }
        else if (((Searcher)search.Searcher.Value).Refuses(objective.ProblemOf(search)) is { } reason)
        {
            diagnostics.Error(Codes.SearcherRefuses, reason, search.Searcher.Span);
        }
    }

    // what is learned must be linear in the numbers, and needs data of each model
    private static void CheckLearning(Recipe recipe, SearchSettings search, DiagnosticBag diagnostics)
    {
        if (!LearningItems.AreNeeded(search))
        {
            return;
        }

        var name = search.Searcher.Value.Name;
        if (!recipe.MergeMethod.Value.IsLinear || !recipe.Post.IsEmpty)
        {
            diagnostics.Error(
                Codes.SearcherRefuses,
                $"'{name}' learns the coefficients of task vectors, and {(recipe.Post.IsEmpty ? $"'{recipe.MergeMethod.Value.Name}' does more than add them to the base" : "'post' changes what is added")}. Use 'merge_method: task_arithmetic' without 'post', or search with 'grid', 'golden' or 'cma_es'.",
                search.Searcher.Span);
        }
        else if (search.Parameters.Select(searched => searched.Parameter.Value).Distinct().Skip(1).Any())
        {
            diagnostics.Error(Codes.SearcherRefuses, $"'{name}' learns the weights of the models or 'lambda', but not both: they multiply each other. Give one of them a value of its own.", search.Parameters[1].Span);
        }

        foreach (var (model, settings) in LearningItems.SettingsOf(recipe).Where(model => model.Settings is null))
        {
            diagnostics.Error(
                Codes.CalibrationMissing,
                $"'{name}' learns on data of each model, and there is none for {TerminalText.Quoted(model.Value.ToString())}. Write 'calibration: {{ data: FILE }}' into the model's entry, or into the recipe.",
                model.Span);
        }
    }

    /// <summary>Reports validation items that are test items too: what they chose they cannot measure.</summary>
    /// <param name="recipe">A recipe with a search.</param>
    /// <param name="validation">The objective's items.</param>
    /// <param name="test">What the merged model is measured on.</param>
    /// <param name="diagnostics">Takes the errors.</param>
    public static void CheckDisjoint(Recipe recipe, EvaluationData validation, EvaluationData test, DiagnosticBag diagnostics)
    {
        var tested = test.Tasks.SelectMany(task => Identities(task).Select(identity => (identity, task.Name))).DistinctBy(item => item.identity).ToDictionary(item => item.identity, item => item.Name);
        foreach (var task in validation.Tasks)
        {
            if (test.Tasks.FirstOrDefault(other => other.Digest == task.Digest) is { } whole)
            {
                diagnostics.Error(
                    Codes.ItemsShared,
                    $"The items of '{task.Name}' are those of the test task '{whole.Name}'. Items that chose the numbers cannot measure them. Use another file.",
                    recipe.Search!.Objective.Evaluation.Tasks.First(settings => settings.Name.Value == task.Name).Data.Span);
                continue;
            }

            var shared = Identities(task).Where(tested.ContainsKey).ToList();
            if (shared.Count > 0)
            {
                var named = string.Join(", ", shared.Take(MostNamed).Select(identity => TerminalText.Quoted(identity.Text.Split('\0')[0])));
                diagnostics.Error(
                    Codes.ItemsShared,
                    $"{shared.Count} of the {task.Items.Length} items of '{task.Name}' are also in the test task '{tested[shared[0]]}': {named}{(shared.Count > MostNamed ? ", …" : "")}. "
                        + "Items that chose the numbers cannot measure them. Remove them from one of the two files.",
                    recipe.Search!.Objective.Evaluation.Tasks.First(settings => settings.Name.Value == task.Name).Data.Span);
            }
        }

        foreach (var text in validation.Texts)
        {
            if (test.Texts.FirstOrDefault(other => TaskKind.WithoutSpace(other.Text) == TaskKind.WithoutSpace(text.Text)) is { } same)
            {
                diagnostics.Error(
                    Codes.ItemsShared,
                    $"'{text.Name}' is the test text '{same.Name}'. A text that chose the numbers cannot measure them. Use another text.",
                    recipe.Search!.Objective.Evaluation.Texts.First(settings => settings.Name.Value == text.Name).Data.Span);
            }
        }
    }

    private static IEnumerable<(string Kind, string Text)> Identities(Subject task) =>
        task.Kind is TaskKind kind ? task.Items.Select(kind.RepeatedAs).OfType<string>().Select(identity => (kind.Name, identity)) : [];
}
