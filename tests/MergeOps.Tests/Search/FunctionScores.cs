using System.Collections.Immutable;
using MergeOps.Diagnostics;
using MergeOps.Evaluation.Scores;
using MergeOps.Recipes;
using MergeOps.Search;
using MergeOps.Search.Contract;

namespace MergeOps.Tests.Search;

/// <summary>Scores points by a function instead of models, and remembers which it was asked for.</summary>
internal sealed class FunctionScores(Func<ImmutableArray<double>, double> function) : IPointScores
{
    /// <summary>The points in the order in which they were scored.</summary>
    public List<ImmutableArray<double>> Asked { get; } = [];

    /// <summary>The score of each task, where the searcher looks at them.</summary>
    public Func<ImmutableArray<double>, ImmutableArray<double>> Tasks { get; init; } = _ => [];

    /// <inheritdoc/>
    public Task<IReadOnlyList<ScoredPoint>> ScoreAsync(IReadOnlyList<ImmutableArray<double>> points)
    {
        Asked.AddRange(points);
        return Task.FromResult<IReadOnlyList<ScoredPoint>>(
            [.. points.Select(values => new ScoredPoint(values, Measured.Of(function(values), null, "it is a function")) { Tasks = Tasks(values) })]);
    }

    /// <summary>Searches, and gives the chosen point.</summary>
    public async Task<ScoredPoint> SearchAsync(Searcher searcher, SearchProblem problem) =>
        searcher.Choose(problem, await SearchLoop.RunAsync(searcher, problem, this));

    /// <summary>A problem of numbers between the same ends.</summary>
    public static SearchProblem Problem(int numbers, double from, double to, int evaluations, ulong seed = 0) =>
        new([.. Enumerable.Range(1, numbers).Select(number => new Dimension($"x{number}", from, to))], LargerIsBetter: true, evaluations, seed);

    /// <summary>A problem of the weights of models.</summary>
    public static SearchProblem Weights(int models, int evaluations) =>
        new([.. Enumerable.Range(1, models).Select(model => new Dimension($"w{model}", 0, 1) { Model = new ModelReference($"./m{model}") })], LargerIsBetter: true, evaluations, 0);

    /// <summary>What a recipe says under the keys of a searcher.</summary>
    public static KeyValues Keys(params (string Name, double Value)[] values) => new(values.ToDictionary(
        value => value.Name, value => new Located<object>(value.Value, SourceSpan.File("recipe.yml")), StringComparer.Ordinal));
}
