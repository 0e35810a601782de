using TorchSharp;
using Xunit;

namespace MergeOps.Tests.Methods;

public sealed class SceTests : TensorTests
{
    [Fact]
    public void Models_weigh_by_their_mean_squares_where_they_agree()
    {
        var merge = new InMemoryMerge("sce") { Base = Vector(0, 0), Models = [Vector(3, -1), Vector(1, 1)] };

        // shares 5/6 and 1/6; the second sum of signs is 0, which elects +
        AssertValues([(5 * 3f / 6) + (1 / 6f), 1], merge.Run());
    }

    [Fact]
    public void Only_the_positions_of_largest_variance_change() =>
        AssertValues([0, 5, 0], new InMemoryMerge("sce") { Base = Vector(0, 0, 0), Models = [Vector(1, 5, 1), Vector(1, 0, 2)] }.With("select_topk", 0.5).Run());

    [Fact]
    public void An_empty_selection_keeps_all_positions() =>
        AssertValues([1, 2], new InMemoryMerge("sce") { Base = Vector(0, 0), Models = [Vector(1, 2), Vector(1, 2)] }.With("select_topk", 0.5).Run());

    // the second model's share is 18 · 0.1² of 1000² + 18 · 0.1², less than the 1e-6 that is divided by in its place
    [Fact]
    public void Shares_of_less_than_a_millionth_are_divided_by_a_millionth()
    {
        var (first, second) = (torch.zeros(19), torch.full(19, 0.1));
        (first[0], second[0]) = (torch.tensor(1000f), torch.tensor(0f));

        var merged = new InMemoryMerge("sce") { Base = torch.zeros(19), Models = [first, second] }.Run();

        AssertValues([1000, .. Enumerable.Repeat(0.018f, 18)], merged);
    }

    [Fact]
    public void Small_changes_are_averaged() => AssertValues(
        [1.0002f, 1.0001f],
        new InMemoryMerge("sce") { Base = Vector(1, 1), Models = [Vector(1.0001f, 1.0001f), Vector(1.0003f, 1.0001f)] }.Run());
}
