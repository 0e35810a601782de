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

    private static torch.Tensor Merge(torch.Tensor origin, params torch.Tensor[] deltas) =>
        new InMemoryMerge("model_stock") { Base = origin, Models = [.. deltas.Select(delta => origin + delta)] }.Run();
}
