using MergeOps.Search.Searchers;
using Xunit;

namespace MergeOps.Tests.Search.Searchers;

public sealed class GoldenSectionTests
{
    [Fact]
    public async Task The_points_are_those_of_the_golden_section()
    {
        // Fibonacci's ratios of [0, 1]: φ = 0.618034; the peak at 0.3 lies left of 0.381966
        var scores = new FunctionScores(x => -Math.Abs(x[0] - 0.3));

        var chosen = await scores.SearchAsync(new GoldenSection(), FunctionScores.Problem(1, 0, 1, 6));

        double[] expected = [0.381966, 0.618034, 0.236068, 0.145898, 0.291796, 0.326238];
        Assert.Equal(expected.Length, scores.Asked.Count);
        Assert.All(expected.Zip(scores.Asked), pair => Assert.Equal(pair.First, pair.Second[0], 1e-5));
        Assert.Equal(0.291796, chosen.Values[0], 1e-5);
    }

    [Theory]
    [InlineData(0.1)]
    [InlineData(0.5)]
    [InlineData(0.9)]
    [InlineData(1.4)]
    public async Task After_n_evaluations_the_peak_is_known_to_a_power_of_the_ratio(double peak)
    {
        var scores = new FunctionScores(x => -(x[0] - peak) * (x[0] - peak));

        var chosen = await scores.SearchAsync(new GoldenSection(), FunctionScores.Problem(1, 0, 1.5, 12));

        // 12 points leave a range of 1.5 · φ^11, and the best of them lies within
        Assert.Equal(peak, chosen.Values[0], 1.5 * Math.Pow(0.6180339887, 11));
    }

    [Fact]
    public async Task A_smaller_score_can_be_the_better_one()
    {
        var scores = new FunctionScores(x => (x[0] - 0.7) * (x[0] - 0.7));

        var chosen = await scores.SearchAsync(new GoldenSection(), FunctionScores.Problem(1, 0, 1, 12) with { LargerIsBetter = false });

        Assert.Equal(0.7, chosen.Values[0], 0.01);
    }

    [Fact]
    public async Task A_range_that_cannot_be_divided_further_ends_the_search()
    {
        var scores = new FunctionScores(x => x[0]);

        var chosen = await scores.SearchAsync(new GoldenSection(), FunctionScores.Problem(1, 0.5, 0.50001, 1000));

        Assert.InRange(scores.Asked.Count, 2, 20);
        Assert.InRange(chosen.Values[0], 0.5, 0.50001);
    }

    [Fact]
    public void Two_numbers_are_refused() => Assert.Contains("one number", new GoldenSection().Refuses(FunctionScores.Problem(2, 0, 1, 6)), StringComparison.Ordinal);
}
