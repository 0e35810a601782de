using MergeOps.Search.Searchers;
using Xunit;

namespace MergeOps.Tests.Search.Searchers;

/// <summary>Functions whose best point is known in closed form.</summary>
public sealed class CmaEsTests
{
    [Theory]
    [InlineData(1UL)]
    [InlineData(2UL)]
    [InlineData(3UL)]
    public async Task A_sphere_is_found_in_three_dimensions(ulong seed)
    {
        double[] best = [0.2, 0.7, -0.4];
        var scores = new FunctionScores(x => -x.Zip(best, (value, center) => (value - center) * (value - center)).Sum());

        var chosen = await scores.SearchAsync(new CmaEs(), FunctionScores.Problem(3, -1, 1, 400, seed));

        Assert.All(best.Zip(chosen.Values), pair => Assert.Equal(pair.First, pair.Second, 1e-3));
    }

    [Fact]
    public async Task A_narrow_valley_is_found_by_learning_its_direction()
    {
        // Rosenbrock's function, whose minimum is 0 at (1, 1)
        var scores = new FunctionScores(x => -((1 - x[0]) * (1 - x[0])) - (100 * (x[1] - (x[0] * x[0])) * (x[1] - (x[0] * x[0]))));

        var chosen = await scores.SearchAsync(new CmaEs(), FunctionScores.Problem(2, -2, 2, 900, 5));

        Assert.Equal(1, chosen.Values[0], 0.01);
        Assert.Equal(1, chosen.Values[1], 0.02);
    }

    [Fact]
    public async Task A_best_point_on_the_border_is_reached()
    {
        var scores = new FunctionScores(x => x[0] - x[1]);

        var chosen = await scores.SearchAsync(new CmaEs(), FunctionScores.Problem(2, 0, 1, 300, 1));

        Assert.Equal(1, chosen.Values[0], 0.01);
        Assert.Equal(0, chosen.Values[1], 0.01);
    }

    [Fact]
    public async Task One_seed_draws_the_same_points_and_another_draws_others()
    {
        var points = new List<string>();
        foreach (var seed in new ulong[] { 4, 4, 5 })
        {
            var scores = new FunctionScores(x => -(x[0] * x[0]) - x[1]);
            await scores.SearchAsync(new CmaEs(), FunctionScores.Problem(2, -1, 1, 30, seed));
            points.Add(string.Join(";", scores.Asked.Select(point => string.Join(",", point))));
        }

        Assert.Equal(points[0], points[1]);
        Assert.NotEqual(points[0], points[2]);
    }

    [Fact]
    public void A_budget_of_one_generation_is_refused() => Assert.Contains(
        "must be at least 12", new CmaEs().Refuses(FunctionScores.Problem(2, 0, 1, 11)), StringComparison.Ordinal);
}
