using Xunit;

namespace MergeOps.Tests.Methods;

public sealed class ConsensusTests : TensorTests
{
    [Fact]
    public void Weights_that_matter_to_one_model_or_none_are_dropped() => AssertValues(
        [1, 1, 6, 1],
        new InMemoryMerge("consensus") { Base = Vector(1, 1, 1, 1), Models = [Vector(5, 1, 4, 2), Vector(1.1f, 1, 3, 0)] }.With("k", 2).WithEach("tall_mask_lambda", 0.5, 0.5).Run());

    [Fact]
    public void Without_votes_it_is_task_arithmetic()
    {
        var merge = Example("consensus").With("k", 0).With("lambda", 0.7);

        AssertEqual(Example("task_arithmetic").WithEach("weight", 1, 1, 1).With("lambda", 0.7).Run().mul(1000).round(), merge.Run().mul(1000).round());
    }

    [Fact]
    public void More_votes_than_models_leave_the_base()
    {
        var merge = Example("consensus").With("k", 4);

        AssertEqual(merge.Base!, merge.Run());
        Assert.Equal(-1, merge.Method.EqualsInput(merge.ResolvedParameters, merge.ResolvedModels));
        Assert.Contains("smaller 'k'", merge.Method.Doubts(merge.ResolvedParameters, merge.ResolvedModels), StringComparison.Ordinal);
    }

    private static InMemoryMerge Example(string method) => new(method) { Base = Normal(1, 50), Models = [Normal(2, 50), Normal(3, 50), Normal(4, 50)] };
}
