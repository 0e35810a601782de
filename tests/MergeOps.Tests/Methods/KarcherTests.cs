using Xunit;

namespace MergeOps.Tests.Methods;

public sealed class KarcherTests : TensorTests
{
    [Fact]
    public void Directions_at_right_angles_meet_in_the_middle() => AssertValues(
        [2 / MathF.Sqrt(3), 2 / MathF.Sqrt(3), 2 / MathF.Sqrt(3)],
        new InMemoryMerge("karcher") { Models = [Vector(1, 0, 0), Vector(0, 2, 0), Vector(0, 0, 3)] }.Run());

    [Fact]
    public void Weights_divide_the_angle() => AssertValues(
        [MathF.Cos(MathF.PI / 6), 0.5f],
        new InMemoryMerge("karcher") { Models = [Vector(1, 0), Vector(0, 1)] }.WithEach("weight", 2, 1).With("tol", 1e-9).Run());

    [Fact]
    public void Weights_of_zero_alone_are_refused()
    {
        var merge = new InMemoryMerge("karcher") { Models = [Vector(1, 0), Vector(0, 1)] }.WithEach("weight", 0, 0);

        Assert.NotNull(merge.Method.Refuses(merge.ResolvedParameters, merge.ResolvedModels));
        Assert.Null(merge.Method.Refuses(merge.ResolvedParameters, merge.WithEach("weight", 0, 1).ResolvedModels));
    }

    [Fact]
    public void Zero_vectors_count_for_the_norm_only() =>
        AssertValues([2, 0], new InMemoryMerge("karcher") { Models = [Vector(4, 0), Vector(0, 0)] }.Run());

    [Fact]
    public void Zero_vectors_alone_stay_zero() =>
        AssertValues([0, 0], new InMemoryMerge("karcher") { Models = [Vector(0, 0), Vector(0, 0)] }.Run());

    [Fact]
    public void A_tolerance_of_zero_ends_where_the_directions_are_one() =>
        AssertValues([3, 4], new InMemoryMerge("karcher") { Models = [Vector(3, 4), Vector(3, 4)] }.With("tol", 0.0).Run());

    [Theory]
    [InlineData(1e-5)]
    [InlineData(0)]
    public void Of_opposite_directions_with_equal_weights_the_first_is_the_result(double tolerance)
    {
        // (1 + 3)/2 is the mean of the norms; a third of a number is rounded, so that these cancel but for the last bits
        AssertValues([2, 0], new InMemoryMerge("karcher") { Models = [Vector(1, 0), Vector(-3, 0)] }.With("tol", tolerance).Run());
        float[] values = [0.1f, 0.7f, -0.3f, 0.9f];
        AssertValues(
            [.. values.Select(x => x * 2 / 3)],
            new InMemoryMerge("karcher") { Models = [Vector(values), Vector([.. values.Select(x => -x / 3)])] }.With("tol", tolerance).Run());
    }

    [Theory]
    [InlineData(1e-5)]
    [InlineData(0)]
    public void Of_opposite_directions_the_heavier_one_is_the_result(double tolerance) => AssertValues(
        [-1.5f, 0],
        new InMemoryMerge("karcher") { Models = [Vector(3, 0), Vector(-1, 0)] }.WithEach("weight", 1, 3).With("tol", tolerance).Run());
}
