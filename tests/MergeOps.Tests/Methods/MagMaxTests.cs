using Xunit;

namespace MergeOps.Tests.Methods;

public sealed class MagMaxTests : TensorTests
{
    [Fact]
    public void The_largest_change_of_each_weight_is_taken_and_the_first_of_equal_ones() => AssertValues(
        [3, -4, 2, 1],
        new InMemoryMerge("magmax") { Base = Vector(1, 1, 1, 1), Models = [Vector(3, 2, 2, 1), Vector(0, -4, 0, 1)] }.Run());

    [Fact]
    public void Lambda_multiplies_it() =>
        AssertValues([2], new InMemoryMerge("magmax") { Base = Vector(1), Models = [Vector(3), Vector(2)] }.With("lambda", 0.5).Run());
}
