using System.Collections.Immutable;
using MergeOps.Recipes.Declarations;
using MergeOps.Search.Contract;

namespace MergeOps.Search.Searchers;

/// <summary>Every point of a grid, both ends of each range included.</summary>
internal sealed class Grid : Searcher
{
    private static readonly KeyDeclaration Steps = new(
        "steps", new NumberShape(Whole: true, Min: 2), Affects.Approval, "values of each number, both ends included; as many as the budget holds when not given");

    /// <inheritdoc/>
    public override string Name => "grid";

    /// <inheritdoc/>
    public override string Summary => "every point of a grid, both ends of each range included";

    /// <inheritdoc/>
    public override ImmutableArray<KeyDeclaration> Keys => [Steps];

    /// <inheritdoc/>
    public override string? Refuses(SearchProblem problem)
    {
        var (steps, dimensions) = (StepsOf(problem), problem.Dimensions.Length);
        return Math.Pow(steps, dimensions) <= problem.Evaluations
            ? null
            : FormattableString.Invariant($"A grid of {steps} values for each of {dimensions} numbers has {Math.Pow(steps, dimensions):N0} points, and 'evaluations' allows {problem.Evaluations}. Raise it, or lower '{Steps.Name}'.");
    }

    /// <inheritdoc/>
    public override ImmutableArray<ImmutableArray<double>> Next(SearchProblem problem, IReadOnlyList<ScoredPoint> scored)
    {
        if (scored.Count > 0)
        {
            return [];
        }

        var steps = StepsOf(problem);
        IEnumerable<ImmutableArray<double>> points = [[]];
        foreach (var dimension in problem.Dimensions)
        {
            points = points.SelectMany(
                _ => Enumerable.Range(0, steps),
                (point, step) => point.Add(dimension.Fit(dimension.From + ((dimension.To - dimension.From) * step / (steps - 1)))));
        }

        return [.. points];
    }

    // a root by counting: powers of doubles round
    private static int StepsOf(SearchProblem problem)
    {
        if (problem.Values.Number(Steps) is { } given)
        {
            return (int)Math.Min(given, int.MaxValue);
        }

        var steps = 2;
        while (Math.Pow(steps + 1, problem.Dimensions.Length) <= problem.Evaluations)
        {
            steps++;
        }

        return steps;
    }
}
