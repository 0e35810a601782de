using Xunit;

namespace MergeOps.Tests.Methods;

public sealed class DellaTests : TensorTests
{
    [Theory]
    [InlineData(0.1, 0.15)]
    [InlineData(0.9, 0.15)]
    [InlineData(0.5, 0.5)]
    public void Probabilities_outside_the_range_are_refused(double density, double epsilon)
    {
        var merge = new InMemoryMerge("della") { Models = [Vector(1)] }
            .WithEach("weight", 1).WithEach("density", density).WithEach("epsilon", epsilon);

        Assert.Contains("must lie between 0 and 1", merge.Method.Refuses(merge.ResolvedParameters, merge.ResolvedModels), StringComparison.Ordinal);
    }

    [Fact]
    public void Averages_the_entries_that_agree()
    {
        var merge = new InMemoryMerge("della") { Base = Vector(0, 0), Models = [Vector(2, 3), Vector(4, -1)] }.WithEach("weight", 1, 1);

        AssertValues([3, 3], merge.Run());
    }
}
