using MergeOps.Diagnostics;
using TorchSharp;
using Xunit;

namespace MergeOps.Tests.Methods;

public sealed class FisherAverageTests : TensorTests
{
    [Fact]
    public void Each_weight_counts_by_its_information()
    {
        // (1·1 + 3·5) / 4, (2·2 + 2·4) / 4, (9·0 + 1·10) / 10
        var merged = Merge([Vector(1, 2, 0), Vector(5, 4, 10)], [Vector(1, 2, 9), Vector(3, 2, 1)]).With("normalize", false).With("floor", 0).Run();

        AssertValues([4, 3, 1], merged);
    }

    [Fact]
    public void Equal_information_gives_the_weighted_average_exactly()
    {
        var (first, second, fisher) = (Normal(1, 500), Normal(2, 500), Normal(3, 500).square());

        AssertEqual(first + ((second - first) * 0.5f), Merge([first, second], [fisher, fisher]).Run());
    }

    [Fact]
    public void A_model_that_knows_far_more_keeps_its_weights()
    {
        var (first, second) = (Normal(1, 500), Normal(2, 500));

        var merged = Merge([first, second], [torch.full(500, 1e12f), torch.full(500, 1f)]).With("normalize", false).Run();

        Assert.True(torch.allclose(first, merged, atol: 1e-6));
    }

    [Fact]
    public void One_constant_for_all_models_changes_nothing_without_a_floor()
    {
        torch.Tensor[] models = [Normal(1, 500), Normal(2, 500)], fishers = [Normal(3, 500).square(), Normal(4, 500).square()];

        foreach (var normalize in new[] { true, false })
        {
            var merge = Merge(models, fishers).With("normalize", normalize).With("floor", 0);
            Assert.True(torch.allclose(merge.Run(), (merge with { Statistics = [.. fishers.Select(fisher => fisher * 0.125f)] }).Run(), rtol: 1e-5, atol: 1e-7));
        }
    }

    [Fact]
    public void Normalization_keeps_the_model_with_the_largest_gradients_from_taking_all()
    {
        torch.Tensor[] models = [torch.zeros(500), torch.ones(500)];
        var fisher = Normal(3, 500).square() + 0.1f;

        Assert.True(Merge(models, [fisher, fisher * 1000]).With("normalize", false).Run().mean().item<float>() > 0.99);
        Assert.Equal(0.5, Merge(models, [fisher, fisher * 1000]).Run().mean().item<float>(), 1e-6);
    }

    [Fact]
    public void The_floor_is_a_share_of_the_root_mean_square()
    {
        // the root mean square of both is 1, so nothing counts less than 0.5
        var merged = Merge([Vector(0, 0), Vector(1, 1)], [Vector(MathF.Sqrt(2), 0), Vector(0, MathF.Sqrt(2))]).With("floor", 0.5).Run();

        AssertValues([0.5f / (0.5f + MathF.Sqrt(2)), MathF.Sqrt(2) / (0.5f + MathF.Sqrt(2))], merged);
    }

    [Fact]
    public void Weights_of_which_no_model_says_anything_are_averaged()
    {
        var merged = Merge([Vector(0, 0), Vector(4, 4)], [Vector(0, 1), Vector(0, 1)]).With("floor", 0).WithEach("weight", 1, 3).Run();

        AssertValues([3, 3], merged);
    }

    [Fact]
    public void A_tensor_without_statistics_is_the_weighted_average() =>
        AssertValues([3, 3], new InMemoryMerge("fisher") { Models = [Vector(0, 0), Vector(4, 4)] }.WithEach("weight", 1, 3).Run());

    [Fact]
    public void Information_that_is_negative_is_refused()
    {
        var refusal = Assert.Throws<MergeOpsException>(() => Merge([Vector(0), Vector(4)], [Vector(1), Vector(-1)]).Run());

        Assert.Equal("MOPS274", refusal.Diagnostic.Code.Id);
    }

    [Fact]
    public void One_model_is_given_back() => AssertEqual(Normal(1, 500), Merge([Normal(1, 500)], [Normal(2, 500).square()]).Run());

    private static InMemoryMerge Merge(torch.Tensor[] models, torch.Tensor[] fishers) =>
        new InMemoryMerge("fisher") { Models = [.. models], Statistics = [.. fishers] };
}
