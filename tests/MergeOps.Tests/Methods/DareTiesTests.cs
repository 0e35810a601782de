using TorchSharp;
using Xunit;

namespace MergeOps.Tests.Methods;

public sealed class DareTiesTests : TensorTests
{
    [Fact]
    public void Sums_the_entries_that_agree_without_dividing()
    {
        var merge = new InMemoryMerge("dare_ties") { Base = Vector(0, 0), Models = [Vector(2, 3), Vector(4, -1)] }.WithEach("weight", 1, 1);

        AssertValues([6, 3], merge.Run());
    }

    [Fact]
    public void Each_model_has_a_mask_of_its_own()
    {
        var ones = torch.ones(1000);
        var merge = new InMemoryMerge("dare_ties") { Base = torch.zeros(1000), Models = [ones, ones] }
            .WithEach("weight", 1, 1).WithEach("density", 0.5, 0.5).With("rescale", false);

        var counts = merge.Run().data<float>().ToArray().CountBy(value => value).ToDictionary();

        // 250, 500 and 250 are expected; six standard errors
        Assert.Equal([0f, 1f, 2f], counts.Keys.Order());
        Assert.Equal(250, counts[0], 6 * Math.Sqrt(1000 * 0.25 * 0.75));
        Assert.Equal(500, counts[1], 6 * Math.Sqrt(1000 * 0.5 * 0.5));
    }
}
