using MergeOps.Pipeline.Stages;
using MergeOps.Tests.Planning;
using Xunit;

namespace MergeOps.Tests.Pipeline.Stages;

public sealed class ParentsTests : IDisposable
{
    private readonly TemporaryModels models = new TemporaryModels().Llama("base", 1).Llama("one", 1).Llama("two", 1);

    public void Dispose() => models.Dispose();

    [Theory]
    [InlineData("slerp", "parameters: { t: 0.5 }")]
    [InlineData("nearswap", "parameters: { t: 0.001 }")]
    [InlineData("arcee_fusion", "")]
    public void A_base_that_is_mixed_in_is_a_parent(string method, string more)
    {
        var (parents, averaged) = Of($$"""
            merge_method: {{method}}
            base_model: ./base
            models: [{ model: ./one }]
            {{more}}
            """);

        Assert.Equal(["./base", "./one"], parents);
        Assert.Equal(parents, averaged);
    }

    [Theory]
    [InlineData("base_model: ./base")]
    [InlineData("")]
    public void A_base_among_the_merged_models_is_a_parent_whether_it_is_called_base_or_not(string line)
    {
        var (parents, averaged) = Of($$"""
            merge_method: linear
            {{line}}
            models:
              - { model: ./base, parameters: { weight: 1 } }
              - { model: ./one, parameters: { weight: 1 } }
              - { model: ./two, parameters: { weight: 1 } }
            """);

        Assert.Equal(["./base", "./one", "./two"], parents);
        Assert.Equal(parents, averaged);
    }

    [Fact]
    public void A_base_that_gives_config_only_is_none()
    {
        var (parents, averaged) = Of("""
            merge_method: linear
            base_model: ./base
            models:
              - { model: ./one, parameters: { weight: 1 } }
              - { model: ./two, parameters: { weight: 1 } }
            """);

        Assert.Equal(["./one", "./two"], parents);
        Assert.Equal(parents, averaged);
    }

    [Theory]
    [InlineData("task_arithmetic", "")]
    [InlineData("ties", ", density: 0.5")]
    [InlineData("dare_ties", ", density: 0.5")]
    public void The_base_of_task_vectors_is_a_parent_and_cancels_in_their_average(string method, string more)
    {
        var (parents, averaged) = Of($$"""
            merge_method: {{method}}
            base_model: ./base
            models:
              - { model: ./one, parameters: { weight: 1{{more}} } }
              - { model: ./two, parameters: { weight: 1{{more}} } }
            """);

        Assert.Equal(["./base", "./one", "./two"], parents);
        Assert.Equal(["./one", "./two"], averaged);
    }

    [Fact]
    public void The_average_of_one_task_vector_lies_between_base_and_model()
    {
        var (parents, averaged) = Of("""
            merge_method: task_arithmetic
            base_model: ./base
            models: [{ model: ./one, parameters: { weight: 0.5 } }]
            """);

        Assert.Equal(["./base", "./one"], parents);
        Assert.Equal(parents, averaged);
    }

    [Fact]
    public void A_model_that_the_merge_does_not_read_is_none()
    {
        var (parents, _) = Of("""
            merge_method: slerp
            base_model: ./base
            models: [{ model: ./one }]
            parameters: { t: 0 }
            """);

        Assert.Equal(["./base"], parents);
    }

    private (List<string> All, List<string> Averaged) Of(string recipe)
    {
        var (planned, found) = PlanMerge.Run(TestEnvironment.OfThisProcess, models.Recipe(recipe));
        Assert.True(planned is not null, string.Join('\n', found));
        var parents = Parents.Of(planned.Plan);
        return (Names(parents.All), Names(parents.Averaged));

        List<string> Names(IEnumerable<int> indices) => [.. indices.Select(model => planned.Plan.Models[model].Reference.ToString())];
    }
}
