using Xunit;

namespace MergeOps.Tests.Methods;

public sealed class RamTests : TensorTests
{
    [Fact]
    public void What_one_alone_moved_is_kept_and_what_several_moved_is_averaged() => AssertValues(
        [3, 1, 4],
        new InMemoryMerge("ram") { Base = Vector(1, 1, 1), Models = [Vector(3, 1, 5), Vector(1, 1, 3)] }.Run());

    [Fact]
    public void Changes_up_to_epsilon_count_as_none() =>
        AssertValues([0, 2], new InMemoryMerge("ram") { Base = Vector(0, 0), Models = [Vector(0.5f, 2)] }.With("epsilon", 0.5).Run());
}
