using System.Collections.Immutable;
using MergeOps.Search.Searchers;
using Xunit;

namespace MergeOps.Tests.Search.Searchers;

public sealed class GreedySoupTests
{
    [Fact]
    public async Task A_model_stays_only_where_the_average_does_not_get_worse()
    {
        // alone 0.7, 0.8, 0.6; the second with the first 0.75 is worse, with the third 0.85 is better
        var scores = new FunctionScores(weights => Key(weights) switch
        {
            "1" => 0.7,
            "2" => 0.8,
            "3" => 0.6,
            "12" => 0.75,
            "23" => 0.85,
            var other => throw new ArgumentException($"{other} is not asked for"),
        });

        var chosen = await scores.SearchAsync(new GreedySoup(), FunctionScores.Weights(3, 5));

        Assert.Equal([0, 0.5, 0.5], chosen.Values);
        Assert.Equal(["1", "2", "3", "12", "23"], scores.Asked.Select(Key));
    }

    [Fact]
    public async Task Where_nothing_improves_the_best_model_stays_alone()
    {
        var scores = new FunctionScores(weights => weights.Max() == 1 ? 0.5 + (0.1 * weights.IndexOf(1)) : 0.1);

        var chosen = await scores.SearchAsync(new GreedySoup(), FunctionScores.Weights(4, 7));

        Assert.Equal([0, 0, 0, 1], chosen.Values);
        Assert.Equal(7, scores.Asked.Count);
    }

    [Fact]
    public void It_needs_the_weights_of_models_and_a_budget_for_each()
    {
        Assert.Contains("the weights of models", new GreedySoup().Refuses(FunctionScores.Problem(3, 0, 1, 9)), StringComparison.Ordinal);
        Assert.Contains("must be at least 5", new GreedySoup().Refuses(FunctionScores.Weights(3, 4)), StringComparison.Ordinal);
    }

    private static string Key(ImmutableArray<double> weights) => string.Concat(weights.Index().Where(weight => weight.Item > 0).Select(weight => weight.Index + 1));
}
