using Xunit;

namespace MergeOps.Tests.Methods;

public sealed class LinearTests : TensorTests
{
    private static InMemoryMerge Merge => new("linear") { Models = [Vector(1, 2), Vector(3, 6)] };

    [Fact]
    public void Divides_by_the_sum_of_the_weights() => AssertValues([2.5f, 5], Merge.WithEach("weight", 1, 3).Run());

    [Fact]
    public void A_negative_sum_of_weights_is_divided_by_as_it_is() => AssertValues([2.5f, 5], Merge.WithEach("weight", -1, -3).Run());

    [Fact]
    public void Sums_when_asked_not_to_normalize() =>
        AssertValues([10, 20], Merge.WithEach("weight", 1, 3).With("normalize", false).Run());

    [Fact]
    public void Takes_negative_weights() => AssertValues([-1, -2], Merge.WithEach("weight", 2, -1).Run());

    [Fact]
    public void Weights_that_sum_to_zero_are_refused_unless_they_are_only_summed()
    {
        var merge = Merge.WithEach("weight", 0.3, -0.3);

        Assert.Contains("sum to 0", merge.Method.Refuses(merge.ResolvedParameters, merge.ResolvedModels), StringComparison.Ordinal);
        Assert.Null(merge.Method.Refuses(merge.With("normalize", false).ResolvedParameters, merge.ResolvedModels));
    }

    [Fact]
    public void A_model_with_all_the_weight_is_the_result()
    {
        var merge = Merge.WithEach("weight", 0, 0.4);

        Assert.Equal(1, merge.Method.EqualsInput(merge.ResolvedParameters, merge.ResolvedModels));
        Assert.Null(merge.Method.EqualsInput(merge.With("normalize", false).ResolvedParameters, merge.ResolvedModels));
        Assert.Null(merge.Method.EqualsInput(merge.With("normalize", false).ResolvedParameters, merge.WithEach("weight", 1, 0.4).ResolvedModels));
    }

    [Fact]
    public void A_negative_zero_of_all_models_becomes_a_positive_one() =>
        Assert.Equal([0f, 1f], Bits(new InMemoryMerge("linear") { Models = [Vector(-0f, 1), Vector(-0f, 1)] }.WithEach("weight", 1, 1).Run()));

    // -0 is not +0 here
    private static float[] Bits(TorchSharp.torch.Tensor tensor)
    {
        var values = tensor.data<float>().ToArray();
        Assert.All(values, value => Assert.False(float.IsNegative(value)));
        return values;
    }
}
