using MergeOps.Search.Searchers;
using Xunit;

namespace MergeOps.Tests.Search.Searchers;

public sealed class GridTests
{
    [Fact]
    public async Task Eleven_points_are_tenths()
    {
        var scores = new FunctionScores(x => -Math.Abs(x[0] - 0.62));

        var chosen = await scores.SearchAsync(new Grid(), FunctionScores.Problem(1, 0, 1, 11));

        Assert.Equal([0, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 1], scores.Asked.Select(point => point[0]));
        Assert.Equal(0.6, chosen.Values[0]);
    }

    [Fact]
    public async Task Two_numbers_share_the_budget()
    {
        var scores = new FunctionScores(x => x[0] - x[1]);

        var chosen = await scores.SearchAsync(new Grid(), FunctionScores.Problem(2, 0, 1, 10));

        Assert.Equal(9, scores.Asked.Count);
        Assert.Equal([1, 0], chosen.Values);
    }

    [Fact]
    public void A_grid_beyond_the_budget_is_refused() => Assert.Contains(
        "has 121 points, and 'evaluations' allows 100",
        new Grid().Refuses(FunctionScores.Problem(2, 0, 1, 100) with { Values = FunctionScores.Keys(("steps", 11)) }),
        StringComparison.Ordinal);
}
