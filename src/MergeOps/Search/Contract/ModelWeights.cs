using System.Collections.Immutable;

namespace MergeOps.Search.Contract;

/// <summary>Points whose numbers are the shares of the models in an average.</summary>
internal static class ModelWeights
{
    /// <summary>Why the numbers are no shares of models, or the budget does not hold the models by themselves.</summary>
    /// <param name="problem">What is asked.</param>
    /// <param name="searcher">The searcher's name.</param>
    /// <param name="more">How many points it needs beside them.</param>
    public static string? Refuses(SearchProblem problem, string searcher, int more)
    {
        var models = problem.Dimensions.Length;
        if (problem.Dimensions.Any(dimension => dimension.Model is null || dimension.From > 0 || dimension.To < 1))
        {
            return $"'{searcher}' searches the weights of models: give each entry 'parameter: weight' and its 'model', without 'filter' and 'layers', from 0 to 1.";
        }

        if (models < 2)
        {
            return $"'{searcher}' needs the weights of at least two models.";
        }

        return problem.Evaluations < models + more
            ? $"'{searcher}' scores each of the {models} models by itself and then their averages: 'evaluations' must be at least {models + more}."
            : null;
    }

    /// <summary>The points of the models by themselves.</summary>
    public static ImmutableArray<ImmutableArray<double>> Singles(SearchProblem problem) =>
        [.. Enumerable.Range(0, problem.Dimensions.Length).Select(model => Average(problem, [model]))];

    /// <summary>The point of the plain average of some models.</summary>
    public static ImmutableArray<double> Average(SearchProblem problem, IReadOnlyCollection<int> models) =>
        problem.Fit(Enumerable.Range(0, problem.Dimensions.Length).Select(model => models.Contains(model) ? 1.0 / models.Count : 0));
}
