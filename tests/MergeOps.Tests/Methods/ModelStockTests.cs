using TorchSharp;
using Xunit;

namespace MergeOps.Tests.Methods;

public sealed class ModelStockTests : TensorTests
{
    [Fact]
    public void At_sixty_degrees_two_thirds_of_the_mean_remain() =>
        AssertValues([1 + (0.75f * 2 / 3), MathF.Sqrt(0.75f) / 2 * 2 / 3], Merge(Vector(1, 0), Vector(1, 0), Vector(0.5f, MathF.Sqrt(0.75f))));

    [Fact]
    public void Equal_task_vectors_give_their_model() => AssertValues([3, 4], Merge(Vector(1, 0), Vector(2, 4), Vector(2, 4)));

    [Fact]
    public void Task_vectors_at_right_angles_give_the_base() => AssertValues([1, 0], Merge(Vector(1, 0), Vector(1, 0), Vector(0, 1)));

    [Fact]
    public void Where_the_formula_has_no_value_the_base_is_taken() =>
        AssertValues([1, 0], Merge(Vector(1, 0), Vector(2, 0), Vector(-2, 0)));

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void So_it_is_where_the_task_vectors_are_opposite_and_of_other_lengths(bool filterWise) =>
        AssertValues([1, 0], Merging(Vector(1, 0), Vector(2, 0), Vector(-1, 0)).With("filter_wise", filterWise).Run());

    // of norms 1e-4 the product is 1e-8, which 1e-6 stands in for: the cosine is 0.01 and the share 2 · 0.01 / 1.01
    [Fact]
    public void Task_vectors_too_short_to_have_an_angle_are_drawn_to_the_base() =>
        AssertValues([0.02f / 1.01f], Merging(Vector(0), Vector(1e-4f), Vector(1e-4f)).Run() * 1e4);

    [Fact]
    public void Filter_wise_measures_each_row()
    {
        var merge = new InMemoryMerge("model_stock")
        {
            Base = torch.zeros(2, 2),
            Models = [Vector(1, 0, 1, 0).view(2, 2), Vector(1, 0, 0, 1).view(2, 2)],
        }.With("filter_wise", true);

        AssertValues([1, 0, 0, 0], merge.Run());
    }

    private static torch.Tensor Merge(torch.Tensor origin, params torch.Tensor[] deltas) => Merging(origin, deltas).Run();

    private static InMemoryMerge Merging(torch.Tensor origin, params torch.Tensor[] deltas) =>
        new("model_stock") { Base = origin, Models = [.. deltas.Select(delta => origin + delta)] };
}
