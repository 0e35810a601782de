using System.Collections.Immutable;
using MergeOps.Recipes.Declarations;
using MergeOps.Search.Contract;

namespace MergeOps.Search.Descent;

/// <summary>
/// Goes down a loss on the models' own data, step by step, and looks at the objective's items after each: the point with the best
/// score is chosen, and a score that does not get better any more ends the search.
/// </summary>
internal abstract class DescentSearcher : Searcher
{
    private const double UsualRate = 0.02;
    private const int UsualPatience = 10;
    private const double UsualStart = 0.3;

    private static readonly KeyDeclaration Rate = new(
        "rate", new NumberShape(Min: 1e-6), Affects.Approval, "how far a step moves a number, as a share of its range; 0.02 when not given");

    private static readonly KeyDeclaration Patience = new(
        "patience", new NumberShape(Whole: true, Min: 1), Affects.Approval, "the search ends after this many points without a better score; 10 when not given");

    private static readonly KeyDeclaration Start = new(
        "start", new NumberShape(), Affects.Approval, "where the numbers start, or the nearest end of their range; 0.3 when not given");

    /// <inheritdoc/>
    public sealed override ImmutableArray<KeyDeclaration> Keys => [Rate, Patience, Start];

    /// <inheritdoc/>
    public override string? Refuses(SearchProblem problem) => problem.Evaluations < 2
        ? $"'{Name}' takes a step from each point to the next one: 'evaluations' must be at least 2."
        : null;

    /// <inheritdoc/>
    public sealed override ImmutableArray<ImmutableArray<double>> Next(SearchProblem problem, IReadOnlyList<ScoredPoint> scored)
    {
        if (scored.Count == 0)
        {
            return [problem.Fit(Enumerable.Repeat(problem.Values.Number(Start) ?? UsualStart, problem.Dimensions.Length))];
        }

        if (scored[^1].Slope is not { IsFinite: true } || IsAtAnEnd(problem, scored))
        {
            return [];
        }

        var rate = problem.Values.Number(Rate) ?? UsualRate;
        var descent = new AdamDescent([.. problem.Dimensions.Select(dimension => rate * (dimension.To - dimension.From))]);
        double[] step = [];
        foreach (var point in scored)
        {
            step = descent.Step(point.Slope!.Gradient);
        }

        return [problem.Fit(scored[^1].Values.Select((value, number) => value + step[number]))];
    }

    private static bool IsAtAnEnd(SearchProblem problem, IReadOnlyList<ScoredPoint> scored)
    {
        var best = problem.BestOf(scored);
        var since = scored.Count - 1 - scored.Index().First(point => ReferenceEquals(point.Item, best)).Index;
        return since >= (problem.Values.Number(Patience) ?? UsualPatience);
    }
}
