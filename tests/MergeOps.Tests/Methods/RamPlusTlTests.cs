using Xunit;

namespace MergeOps.Tests.Methods;

public sealed class RamPlusTlTests : TensorTests
{
    private static InMemoryMerge Merge =>
        new InMemoryMerge("ramplus_tl") { Base = Vector(0, 0, 0), Models = [Vector(2, 0, 4), Vector(0, 0, 2)] }.With("r", 0.5);

    [Fact]
    public void What_one_alone_moved_grows_with_the_ratio_of_shared_to_own() =>
        AssertValues([3, 0, 3], Merge.With("alpha", 3).Run());

    [Fact]
    public void Alpha_limits_the_ratio() => AssertValues([2.2f, 0, 3], Merge.With("alpha", 0.2).Run());
}
