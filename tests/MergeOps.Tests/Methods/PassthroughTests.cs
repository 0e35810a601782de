using Xunit;

namespace MergeOps.Tests.Methods;

public sealed class PassthroughTests : TensorTests
{
    [Fact]
    public void Scale_multiplies() =>
        AssertValues([0.5f, -1], new InMemoryMerge("passthrough") { Models = [Vector(1, -2)] }.WithEach("scale", 0.5).Run());

    [Fact]
    public void Without_scale_the_input_is_the_result()
    {
        var merge = new InMemoryMerge("passthrough") { Models = [Vector(1, -2)] };

        Assert.Equal(0, merge.Method.EqualsInput(merge.ResolvedParameters, merge.ResolvedModels));
        Assert.Null(merge.Method.EqualsInput(merge.ResolvedParameters, merge.WithEach("scale", 0).ResolvedModels));
    }
}
