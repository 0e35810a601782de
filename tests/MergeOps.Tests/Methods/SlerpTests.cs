using TorchSharp;
using Xunit;

namespace MergeOps.Tests.Methods;

public sealed class SlerpTests : TensorTests
{
    private static readonly float HalfRoot = MathF.Sqrt(0.5f);

    [Fact]
    public void The_middle_of_a_right_angle_combines_the_vectors_as_they_are() =>
        AssertValues([3 * HalfRoot, 4 * HalfRoot], Merge(Vector(3, 0), Vector(0, 4), 0.5));

    [Fact]
    public void Almost_parallel_vectors_are_interpolated_linearly() =>
        AssertValues([1.25f, 0.0025f], Merge(Vector(1, 0), Vector(2, 0.01f), 0.25));

    [Fact]
    public void Opposite_vectors_are_interpolated_linearly() => AssertValues([0, 0], Merge(Vector(1, 0), Vector(-3, 0), 0.25));

    [Fact]
    public void A_zero_vector_counts_as_lying_at_a_right_angle() =>
        AssertValues([2 * HalfRoot, 0], Merge(Vector(0, 0), Vector(2, 0), 0.5));

    [Fact]
    public void A_place_outside_extrapolates() => AssertValues([-1, 0], Merge(Vector(1, 0), Vector(0, 1), 2));

    [Theory]
    [InlineData(0, -1)]
    [InlineData(1, 0)]
    public void The_ends_are_the_inputs(double t, int input)
    {
        var merge = new InMemoryMerge("slerp") { Models = [Vector(1)] }.With("t", t);

        Assert.Equal(input, merge.Method.EqualsInput(merge.ResolvedParameters, merge.ResolvedModels));
    }

    private static torch.Tensor Merge(torch.Tensor origin, torch.Tensor model, double t) =>
        new InMemoryMerge("slerp") { Base = origin, Models = [model] }.With("t", t).Run();
}
