using MergeOps.Search.Searchers;
using Xunit;

namespace MergeOps.Tests.Search.Searchers;

/// <summary>Worked by hand after S. Maiti et al., 2025, algorithm 1.</summary>
public sealed class CategoryWeightsTests
{
    private static readonly double[][] Models =
    [
        // math, code, chat
        [0.9, 0.2, 0.5],
        [0.1, 0.8, 0.5],
        [0.5, 0.5, 0.6],
        [0.6, 0.6, 0.4],
    ];

    [Fact]
    public async Task The_experts_of_tasks_that_do_not_go_together_share_the_weights()
    {
        // math and code correlate −0.2325 / √(0.3275 · 0.1875) = −0.938; chat correlates −0.01 / √(0.3275 · 0.02) = −0.124
        // with math and −0.163 with code: below 0.5 every task has a partner, and the experts are models 1, 2 and 3
        var scores = new FunctionScores(weights => 1 - Math.Abs(weights[0] - 0.2) - Math.Abs(weights[1] - 0.3) - Math.Abs(weights[2] - 0.5))
        {
            Tasks = weights => [.. Models[weights.Max() == 1 ? weights.IndexOf(1) : 3]],
        };

        var chosen = await scores.SearchAsync(new CategoryWeights(), FunctionScores.Weights(4, 40) with { Tasks = ["math", "code", "chat"] });

        // 4 models alone, then the 36 ways to write 10 as a sum of three positive numbers
        Assert.Equal(40, scores.Asked.Count);
        Assert.All(scores.Asked.Skip(4), weights => Assert.Equal(0, weights[3]));
        Assert.Equal([0.2, 0.3, 0.5, 0], chosen.Values);
    }

    [Fact]
    public async Task A_small_budget_makes_the_parts_larger()
    {
        var scores = new FunctionScores(weights => weights[0] * weights[1])
        {
            Tasks = weights => weights[0] > weights[1] ? [0.9, 0.1] : [0.1, 0.9],
        };

        await scores.SearchAsync(new CategoryWeights(), FunctionScores.Weights(2, 6) with { Tasks = ["math", "code"] });

        // two models, then fifths: 1/5 to 4/5
        Assert.Equal([1, 0, 0.2, 0.4, 0.6, 0.8], scores.Asked.Select(weights => weights[0]));
    }

    [Fact]
    public async Task A_model_that_is_best_everywhere_is_chosen_without_averages()
    {
        var scores = new FunctionScores(weights => weights[1]) { Tasks = weights => weights[1] == 1 ? [0.9, 0.9] : [0.1, 0.2] };

        var chosen = await scores.SearchAsync(new CategoryWeights(), FunctionScores.Weights(2, 11) with { Tasks = ["math", "code"] });

        Assert.Equal([0, 1], chosen.Values);
        Assert.Equal(2, scores.Asked.Count);
    }

    [Fact]
    public void One_task_is_refused() => Assert.Contains(
        "at least two 'tasks'", new CategoryWeights().Refuses(FunctionScores.Weights(2, 11) with { Tasks = ["math"] }), StringComparison.Ordinal);
}
