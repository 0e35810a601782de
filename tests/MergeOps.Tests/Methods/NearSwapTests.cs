using Xunit;

namespace MergeOps.Tests.Methods;

public sealed class NearSwapTests : TensorTests
{
    [Fact]
    public void Moves_each_weight_by_at_most_t() =>
        AssertValues([1.5f, 0.25f, -0.5f], new InMemoryMerge("nearswap") { Base = Vector(1, 0, 0), Models = [Vector(9, 0.25f, -3)] }.With("t", 0.5).Run());

    [Fact]
    public void Below_a_millionth_small_differences_move_in_proportion()
    {
        var merge = new InMemoryMerge("nearswap") { Base = Vector(0, 0), Models = [Vector(4e-7f, 1)] }.With("t", 2e-7);

        // k = 2e-7 / 1e-6
        Assert.Equal(0.8e-7, merge.Run()[0].item<float>(), 1e-13);
        Assert.Equal(2e-7, merge.Run()[1].item<float>(), 1e-13);
    }

    [Fact]
    public void At_zero_the_base_is_the_result()
    {
        var merge = new InMemoryMerge("nearswap") { Models = [Vector(1)] }.With("t", 0);

        Assert.Equal(-1, merge.Method.EqualsInput(merge.ResolvedParameters, merge.ResolvedModels));
    }
}
