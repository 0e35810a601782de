using MergeOps.Evaluation.Contract;
using MergeOps.Evaluation.External;
using MergeOps.Evaluation.Figures;
using MergeOps.Recipes;
using MergeOps.Search.Contract;

namespace MergeOps.Search;

/// <summary>What a recipe's search improves, and the problem that it puts to its searcher.</summary>
/// <param name="Figure">The figure; null when nothing has that name.</param>
/// <param name="Figures">All figures of the validation items.</param>
/// <param name="LargerIsBetter">Which way it is better; null when nothing tells.</param>
internal sealed record SearchObjective(Figure? Figure, RecipeFigures Figures, bool? LargerIsBetter)
{
    private static readonly ModelResult Anything = new(ModelRole.Merged, "", null, null);

    /// <summary>The objective of a search.</summary>
    public static SearchObjective Of(SearchSettings search, EvaluationCatalogue catalogue)
    {
        var objective = search.Objective;
        var figures = new RecipeFigures(objective.Evaluation, catalogue);
        var figure = objective.Command is not null ? ExternalOf(objective.Metric.Value)?.Figure : figures.TryFind(objective.Metric.Value, out var found) ? found : null;
        return new(figure, figures, objective.LargerIsBetter ?? figure?.Metric.LargerIsBetter(Anything, figure));
    }

    /// <summary>The score that a command's results must hold, from <c>TASK.METRIC</c>; null when it is not written so.</summary>
    public static ExternalMetric? ExternalOf(string metric) =>
        metric.LastIndexOf('.') is > 0 and var dot && dot < metric.Length - 1 ? ExternalMetric.Of(metric[..dot], metric[..dot], metric[(dot + 1)..]) : null;

    /// <summary>The problem for the searcher.</summary>
    public SearchProblem ProblemOf(SearchSettings search) => new(SearchSpace.DimensionsOf(search), LargerIsBetter ?? true, search.Evaluations.Value, search.Seed)
    {
        Tasks = Figure is { IsMean: true } ? [.. search.Objective.Evaluation.Tasks.Select(task => task.Name.Value).Where(task => Figures.IsOf(Figure, task))] : [],
        Values = search.Values,
    };
}
