using System.Collections.Immutable;
using MergeOps.Search.Contract;

namespace MergeOps.Search.Searchers;

/// <summary>
/// Golden-section search for the best value of one number, where the objective rises to one peak and falls from it:
/// J. Kiefer, "Sequential minimax search for a maximum", Proceedings of the AMS 4 (1953) 502–506.
/// </summary>
internal sealed class GoldenSection : Searcher
{
    private static readonly double Ratio = (Math.Sqrt(5) - 1) / 2;

    /// <inheritdoc/>
    public override string Name => "golden";

    /// <inheritdoc/>
    public override string Summary => "golden-section search for one number, where the objective has one peak";

    /// <inheritdoc/>
    public override string? Refuses(SearchProblem problem) =>
        problem.Dimensions.Length > 1 ? $"'golden' searches one number, but there are {problem.Dimensions.Length}. Use 'cma_es' or 'grid'."
        : problem.Evaluations < 2 ? "'golden' compares two points first: 'evaluations' must be at least 2."
        : null;

    /// <inheritdoc/>
    public override ImmutableArray<ImmutableArray<double>> Next(SearchProblem problem, IReadOnlyList<ScoredPoint> scored)
    {
        var dimension = problem.Dimensions[0];
        var (low, high) = (dimension.From, dimension.To);
        while (true)
        {
            var left = dimension.Fit(high - (Ratio * (high - low)));
            var right = dimension.Fit(low + (Ratio * (high - low)));
            if (left >= right)
            {
                return [];
            }

            if (MeritAt(left) is not { } ofLeft || MeritAt(right) is not { } ofRight)
            {
                return [.. new[] { left, right }.Where(value => MeritAt(value) is null).Select(value => ImmutableArray.Create(value))];
            }

            // on a tie the smaller number: it takes less from the base
            (low, high) = ofLeft >= ofRight ? (low, right) : (left, high);
        }

        // an inner point is computed from other ends each time, and differs in its last decimal then
        double? MeritAt(double value) => scored.FirstOrDefault(point => Math.Abs(point.Values[0] - value) <= Tolerance(dimension)) is { } known ? problem.MeritOf(known) : null;
    }

    private static double Tolerance(Dimension dimension) => Math.Max(2e-6, 1e-9 * (dimension.To - dimension.From));
}
