using TorchSharp;
using Xunit;

namespace MergeOps.Tests.Methods;

public sealed class NuSlerpTests : TensorTests
{
    private static readonly float HalfRoot = MathF.Sqrt(0.5f);

    private static InMemoryMerge RightAngle => new InMemoryMerge("nuslerp") { Models = [Vector(3, 0), Vector(0, 4)] };

    [Fact]
    public void The_ratio_of_the_weights_is_the_place_on_the_arc()
    {
        AssertValues([3 * HalfRoot, 4 * HalfRoot], RightAngle.WithEach("weight", 7, 7).Run());
        AssertValues([3 * MathF.Cos(MathF.PI / 6), 4 * 0.5f], RightAngle.WithEach("weight", 2, 1).Run());
    }

    // −3 of −4 is three quarters of the right angle
    [Fact]
    public void Negative_weights_have_a_ratio_too() =>
        AssertValues([3 * MathF.Cos(MathF.PI * 3 / 8), 4 * MathF.Sin(MathF.PI * 3 / 8)], RightAngle.WithEach("weight", -1, -3).Run());

    [Fact]
    public void Weights_that_sum_to_zero_give_the_middle() =>
        AssertValues([3 * HalfRoot, 4 * HalfRoot], RightAngle.WithEach("weight", 1, -1).Run());

    [Fact]
    public void With_a_base_the_task_vectors_are_interpolated()
    {
        var merge = new InMemoryMerge("nuslerp") { Base = Vector(1, 1), Models = [Vector(4, 1), Vector(1, 5)] }.WithEach("weight", 1, 1);

        AssertValues([1 + (3 * HalfRoot), 1 + (4 * HalfRoot)], merge.Run());
    }

    [Fact]
    public void Opposite_vectors_are_interpolated_linearly() =>
        AssertValues([-1, -2], new InMemoryMerge("nuslerp") { Models = [Vector(1, 2), Vector(-3, -6)] }.WithEach("weight", 1, 1).Run());

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Not_flattened_each_row_or_column_has_its_own_angle(bool columns)
    {
        torch.Tensor first = torch.tensor(new float[,] { { 3, 0 }, { 1, 1 } }), second = torch.tensor(new float[,] { { 0, 4 }, { 1, 1 } });
        var merge = new InMemoryMerge("nuslerp")
        {
            Models = columns ? [first.t().contiguous(), second.t().contiguous()] : [first, second],
        }.WithEach("weight", 1, 1).With("nuslerp_flatten", false).With("nuslerp_row_wise", columns);

        AssertValues([3 * HalfRoot, 4 * HalfRoot, 1, 1], columns ? merge.Run().t().contiguous() : merge.Run());
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_tensor_of_one_axis_is_one_vector_whichever_way_it_is_cut(bool rowWise)
    {
        var merge = new InMemoryMerge("nuslerp") { Models = [Vector(3, 4), Vector(-4, 3)] };

        AssertValues([-HalfRoot, 7 * HalfRoot], merge.WithEach("weight", 1, 1).With("nuslerp_flatten", false).With("nuslerp_row_wise", rowWise).Run());
    }

    [Fact]
    public void Columns_of_three_axes_run_along_the_first()
    {
        var (first, second) = (Normal(1, 4, 2, 3), Normal(2, 4, 2, 3));
        InMemoryMerge Merge(torch.Tensor a, torch.Tensor b) => new InMemoryMerge("nuslerp") { Models = [a, b], TileLength = 3 }
            .WithEach("weight", 1, 2).With("nuslerp_flatten", false).With("nuslerp_row_wise", true);

        AssertEqual(Merge(first.view(4, 6), second.view(4, 6)).Run(), Merge(first, second).Run().view(4, 6));
    }
}
