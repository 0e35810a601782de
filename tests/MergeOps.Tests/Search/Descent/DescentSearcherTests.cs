using System.Collections.Immutable;
using MergeOps.Evaluation.Scores;
using MergeOps.Search;
using MergeOps.Search.Contract;
using MergeOps.Search.Descent;
using MergeOps.Search.Searchers;
using Xunit;

namespace MergeOps.Tests.Search.Descent;

/// <summary>Descents on functions whose slopes are known.</summary>
public sealed class DescentSearcherTests
{
    [Fact]
    public void The_first_steps_of_Adam_are_those_of_the_paper()
    {
        // m̂/√v̂ is the sign of the first gradient; after g = 1 and 2: m̂ = (0.1·0.9 + 0.2)/0.19, v̂ = (0.001·0.999 + 0.004)/0.001999
        var descent = new AdamDescent([0.5]);

        Assert.Equal(-0.5, descent.Step([1])[0], 1e-7);
        Assert.Equal(-0.5 * (0.29 / 0.19) / Math.Sqrt(0.004999 / 0.001999), descent.Step([2])[0], 1e-7);
        Assert.Equal(0, new AdamDescent([0.5]).Step([0])[0]);
    }

    [Fact]
    public async Task It_begins_at_the_start_and_finds_the_bottom_of_a_valley()
    {
        var valley = new Valley(score: x => -Math.Abs(x[0] - 0.8) - Math.Abs(x[1] - 0.1));

        var chosen = await valley.SearchAsync(Problem(200, ("patience", 60)));

        Assert.Equal([0.3, 0.3], valley.Asked[0]);
        // of one range each step moves 2 %
        Assert.Equal([0.32, 0.28], valley.Asked[1]);
        Assert.Equal(0.8, chosen.Values[0], 0.01);
        Assert.Equal(0.1, chosen.Values[1], 0.01);
    }

    [Fact]
    public async Task A_held_out_score_that_gets_worse_ends_it_and_the_best_point_is_chosen()
    {
        // the loss falls towards 0.8, and what counts is best at 0.5
        var valley = new Valley(score: x => -Math.Abs(x[0] - 0.5));

        var chosen = await valley.SearchAsync(Problem(200, ("patience", 3)));

        Assert.Equal(0.5, chosen.Values[0], 0.011);
        Assert.Equal(valley.Asked.FindIndex(values => values.SequenceEqual(chosen.Values)) + 4, valley.Asked.Count);
    }

    [Fact]
    public async Task Numbers_stay_in_their_range_and_the_budget_is_kept()
    {
        var beyond = new Valley(score: x => x[0]) { Bottom = [3, 3] };

        var chosen = await beyond.SearchAsync(Problem(100, ("rate", 0.2)));
        var few = new Valley(score: x => x[0]);
        await few.SearchAsync(Problem(5));

        Assert.Equal([1, 1], chosen.Values);
        // where the end is reached nothing moves any more
        Assert.InRange(beyond.Asked.Count, 4, 8);
        Assert.Equal(5, few.Asked.Count);
    }

    [Fact]
    public async Task A_loss_that_is_not_a_number_ends_it()
    {
        var broken = new Valley(score: x => x[0]) { Factor = double.NaN };

        await broken.SearchAsync(Problem(50));

        Assert.Single(broken.Asked);
    }

    [Fact]
    public void One_evaluation_is_refused() => Assert.Contains("'evaluations' must be at least 2", new AdaMerging().Refuses(Problem(1)), StringComparison.Ordinal);

    private static SearchProblem Problem(int evaluations, params (string, double)[] keys) =>
        FunctionScores.Problem(2, 0, 1, evaluations) with { Values = FunctionScores.Keys(keys) };

    // (x − b)² summed, with its slope
    private sealed class Valley(Func<ImmutableArray<double>, double> score) : IPointScores
    {
        public List<ImmutableArray<double>> Asked { get; } = [];

        public double[] Bottom { get; init; } = [0.8, 0.1];

        public double Factor { get; init; } = 1;

        public Task<IReadOnlyList<ScoredPoint>> ScoreAsync(IReadOnlyList<ImmutableArray<double>> points)
        {
            Asked.AddRange(points);
            return Task.FromResult<IReadOnlyList<ScoredPoint>>([.. points.Select(values => new ScoredPoint(values, Measured.Of(score(values), null, "it is a function"))
            {
                Slope = new(Factor * values.Zip(Bottom, (x, b) => (x - b) * (x - b)).Sum(), [.. values.Zip(Bottom, (x, b) => Factor * 2 * (x - b))]),
            })]);
        }

        public async Task<ScoredPoint> SearchAsync(SearchProblem problem)
        {
            var searcher = new SupervisedAdaMerging();
            return searcher.Choose(problem, await SearchLoop.RunAsync(searcher, problem, this));
        }
    }
}
