using MergeOps.Search.Searchers;
using Xunit;

namespace MergeOps.Tests.Search.Searchers;

/// <summary>α = ½ + ½·(1 − max(c, 0))·s, worked by hand.</summary>
public sealed class AlphaFromSimilarityTests
{
    [Theory]
    [InlineData(1, 0.9, 0.1, 0.5)]
    [InlineData(0.5, 0.9, 0.1, 0.75)]
    [InlineData(0.5, 0.1, 0.9, 0.25)]
    [InlineData(0.5, 0.4, 0.4, 0.5)]
    [InlineData(0, 0.9, 0.1, 1)]
    [InlineData(-0.8, 0.1, 0.9, 0)]
    public async Task The_weight_of_the_first_model_follows_from_the_cosine_and_the_better_score(double cosine, double first, double second, double alpha)
    {
        var scores = new FunctionScores(weights => weights[0] == 1 ? first : weights[1] == 1 ? second : 0);

        var chosen = await scores.SearchAsync(new AlphaFromSimilarity(), FunctionScores.Weights(2, 3) with { Geometry = NormRuleTests.Geometry([4, 6 * cosine], [6 * cosine, 9]) });

        Assert.Equal([alpha, 1 - alpha], chosen.Values.Select(weight => Math.Round(weight, 6)));
    }

    [Fact]
    public void Three_models_are_refused() => Assert.Contains("is for two models", new AlphaFromSimilarity().Refuses(FunctionScores.Weights(3, 4)), StringComparison.Ordinal);
}
