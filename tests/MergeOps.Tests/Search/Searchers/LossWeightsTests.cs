using MergeOps.Search.Searchers;
using Xunit;

namespace MergeOps.Tests.Search.Searchers;

/// <summary>Worked by hand after S. Xiao et al., 2023: w = softmax(−L / T).</summary>
public sealed class LossWeightsTests
{
    private static readonly double[] Losses = [1, 2, 3];

    [Theory]
    // e^0, e^-1, e^-2 divided by 1.503215
    [InlineData(1, 0.665241, 0.244728, 0.090031)]
    // e^0, e^-0.2, e^-0.4 divided by 2.489051
    [InlineData(5, 0.401760, 0.328933, 0.269307)]
    public async Task The_weights_are_the_softmax_of_the_losses(double temperature, double first, double second, double third)
    {
        var scores = new FunctionScores(weights => weights.Max() == 1 ? Losses[weights.IndexOf(1)] : 9);

        var chosen = await scores.SearchAsync(
            new LossWeights(), FunctionScores.Weights(3, 4) with { LargerIsBetter = false, Values = FunctionScores.Keys(("temperature", temperature)) });

        // chosen although its loss is the largest: the weights are computed, not searched
        Assert.Equal([first, second, third], chosen.Values.Select(weight => Math.Round(weight, 6)));
        Assert.Equal(4, scores.Asked.Count);
    }

    [Fact]
    public async Task Where_only_one_model_has_a_finite_loss_it_is_chosen_alone()
    {
        var scores = new FunctionScores(weights => weights[0] == 1 ? 1 : double.PositiveInfinity);

        var chosen = await scores.SearchAsync(new LossWeights(), FunctionScores.Weights(2, 3) with { LargerIsBetter = false });

        Assert.Equal([1, 0], chosen.Values);
    }

    [Fact]
    public void An_accuracy_is_refused() => Assert.Contains("Name a loss", new LossWeights().Refuses(FunctionScores.Weights(3, 4)), StringComparison.Ordinal);
}
