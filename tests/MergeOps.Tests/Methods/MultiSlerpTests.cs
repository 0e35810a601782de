using Xunit;

namespace MergeOps.Tests.Methods;

public sealed class MultiSlerpTests : TensorTests
{
    private static readonly float HalfRoot = MathF.Sqrt(0.5f);

    [Fact]
    public void The_mean_direction_has_the_mean_norm() =>
        AssertValues([2 * HalfRoot, 2 * HalfRoot], new InMemoryMerge("multislerp") { Models = [Vector(1, 0), Vector(0, 3)] }.WithEach("weight", 1, 1).Run());

    [Fact]
    public void With_a_base_task_vectors_are_averaged() => AssertValues(
        [5 + (2 * HalfRoot), 2 * HalfRoot],
        new InMemoryMerge("multislerp") { Base = Vector(5, 0), Models = [Vector(6, 0), Vector(5, 3)] }.WithEach("weight", 2, 2).Run());

    [Fact]
    public void Directions_that_cancel_are_averaged_linearly() => AssertValues(
        [-1, 0],
        new InMemoryMerge("multislerp") { Models = [Vector(1, 0), Vector(-3, 0)] }.WithEach("weight", 1, 1).Run());

    [Fact]
    public void Weights_that_sum_to_zero_are_refused()
    {
        var merge = new InMemoryMerge("multislerp") { Models = [Vector(1), Vector(2)] }.WithEach("weight", 1, -1);

        Assert.NotNull(merge.Method.Refuses(merge.ResolvedParameters, merge.ResolvedModels));
        Assert.Null(merge.Method.Refuses(merge.With("normalize_weights", false).ResolvedParameters, merge.ResolvedModels));
    }
}
