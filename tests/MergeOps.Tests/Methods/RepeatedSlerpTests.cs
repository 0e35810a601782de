using MergeOps.Methods.Contract;
using TorchSharp;
using Xunit;

namespace MergeOps.Tests.Methods;

public sealed class RepeatedSlerpTests : TensorTests
{
    [Fact]
    public void Equals_slerps_one_after_another()
    {
        torch.Tensor[] models = [Normal(1, 50), Normal(2, 50), Normal(3, 50)];
        var chained = Slerp(Slerp(models[0], models[1], 0.3), models[2], 0.6);

        var folded = new InMemoryMerge("repeated_slerp") { Models = [.. models] }.With("t", ParameterValue.Of([0.3, 0.6])).Run();

        AssertValues(chained.data<float>().ToArray(), folded);
    }

    [Fact]
    public void Left_out_the_steps_give_equal_shares() => AssertValues(
        [2, 20],
        new InMemoryMerge("repeated_slerp") { Models = [Vector(1, 10), Vector(2, 20), Vector(3, 30)] }.Run());

    [Theory]
    [InlineData(1, "t has 1 values, but 3 models take 2 steps")]
    [InlineData(2, null)]
    [InlineData(3, "t has 3 values, but 3 models take 2 steps")]
    public void Another_number_of_steps_is_refused(int steps, string? refusal)
    {
        var merge = new InMemoryMerge("repeated_slerp") { Models = [Vector(1), Vector(2), Vector(3)] }
            .With("t", ParameterValue.Of([.. Enumerable.Repeat(0.5, steps)]));

        Assert.Equal(refusal, merge.Method.Refuses(merge.ResolvedParameters, merge.ResolvedModels));
    }

    private static torch.Tensor Slerp(torch.Tensor origin, torch.Tensor model, double t) =>
        new InMemoryMerge("slerp") { Base = origin, Models = [model] }.With("t", t).Run();
}
