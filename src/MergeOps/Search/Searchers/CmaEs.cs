using System.Collections.Immutable;
using MergeOps.Recipes.Declarations;
using MergeOps.Search.Contract;
using MergeOps.Search.Evolution;

namespace MergeOps.Search.Searchers;

/// <summary>Covariance matrix adaptation for several numbers: N. Hansen, "The CMA evolution strategy: a tutorial", 2016.</summary>
internal sealed class CmaEs : Searcher
{
    private const double UsualSigma = 0.3;

    private static readonly KeyDeclaration Population = new(
        "population", new NumberShape(Whole: true, Min: 4), Affects.Approval, "points of a generation; 4 + 3 ln(numbers) when not given");

    private static readonly KeyDeclaration Sigma = new(
        "sigma", new NumberShape(Min: 1e-3), Affects.Approval, "the first step, as a share of each range; 0.3 when not given");

    /// <inheritdoc/>
    public override string Name => "cma_es";

    /// <inheritdoc/>
    public override string Summary => "an evolution strategy for several numbers, which learns how they depend on each other";

    /// <inheritdoc/>
    public override ImmutableArray<KeyDeclaration> Keys => [Population, Sigma];

    /// <inheritdoc/>
    public override string? Refuses(SearchProblem problem)
    {
        var population = PopulationOf(problem);
        return problem.Evaluations < 2 * population
            ? $"A generation of 'cma_es' has {population} points here, and it learns nothing from fewer than two: 'evaluations' must be at least {2 * population}."
            : null;
    }

    /// <inheritdoc/>
    public override ImmutableArray<ImmutableArray<double>> Next(SearchProblem problem, IReadOnlyList<ScoredPoint> scored)
    {
        var population = PopulationOf(problem);
        var strategy = new CovarianceAdaptation(problem.Dimensions.Length, population, problem.Values.Number(Sigma) ?? UsualSigma, problem.Seed);
        for (var known = 0; ; known += population)
        {
            var generation = strategy.Ask();
            if (known + population > scored.Count)
            {
                return known < scored.Count ? [] : [.. generation.Select(point => problem.Fit(point.Select((share, index) => Spread(problem.Dimensions[index], share))))];
            }

            strategy.Tell([.. Enumerable.Range(known, population).Select(index => problem.MeritOf(scored[index]))]);
        }
    }

    private static double Spread(Dimension dimension, double share) => dimension.From + ((dimension.To - dimension.From) * share);

    private static int PopulationOf(SearchProblem problem) =>
        (int)(problem.Values.Number(Population) ?? 4 + Math.Floor(3 * Math.Log(problem.Dimensions.Length)));
}
