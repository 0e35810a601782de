using System.Collections.Immutable;
using MergeOps.Methods.Contract;
using TorchSharp;
using Xunit;

namespace MergeOps.Tests.Methods;

public sealed class GradientMatchingTests : TensorTests
{
    [Fact]
    public void Task_vectors_count_by_how_sure_their_models_are()
    {
        // θ₀ + Σ α (H₀ + H) / (H₀ + Σ α H) (θ − θ₀) with H₀ = 1, H = 3 and 1, α = 1 and 2: 1 + 4/6 · 6 + 2 · 2/6 · 3
        var merge = new InMemoryMerge("gradient_matching")
        {
            Base = Vector(1),
            Models = [Vector(7), Vector(4)],
            Statistics = [Vector(3), Vector(1)],
            BaseStatistics = Of(Vector(1)),
        };

        AssertValues([7], merge.With("normalize", false).With("prior", 0).WithEach("weight", 1, 2).Run());
    }

    [Fact]
    public void A_large_prior_gives_task_arithmetic()
    {
        var (origin, one, two) = (Normal(1, 300), Normal(2, 300), Normal(3, 300));
        var merge = Merge(origin, one, two).With("prior", 1e9).WithEach("weight", 0.5, 0.75);

        Assert.True(torch.allclose(origin + (0.5 * (one - origin)) + (0.75 * (two - origin)), merge.Run(), atol: 1e-5));
    }

    [Fact]
    public void Without_a_prior_it_is_the_Fisher_weighted_average()
    {
        var (origin, one, two) = (Normal(1, 300), Normal(2, 300), Normal(3, 300));
        var merge = Merge(origin, one, two);
        var fisher = new InMemoryMerge("fisher") { Models = merge.Models, Statistics = merge.Statistics };

        Assert.True(torch.allclose(fisher.With("floor", 0).Run(), merge.With("prior", 0).Run(), atol: 1e-5));
    }

    [Fact]
    public void Equal_information_without_a_prior_gives_the_average()
    {
        var (origin, one, two, fisher) = (Normal(1, 300), Normal(2, 300), Normal(3, 300), Normal(4, 300).square());
        var merge = Merge(origin, one, two) with { Statistics = [fisher, fisher] };

        Assert.True(torch.allclose((one + two) / 2, merge.With("prior", 0).WithEach("weight", 0.5, 0.5).Run(), atol: 1e-5));
    }

    [Fact]
    public void One_model_is_given_back_whatever_is_known()
    {
        var (origin, one) = (Normal(1, 300), Normal(2, 300));
        var merge = new InMemoryMerge("gradient_matching") { Base = origin, Models = [one], Statistics = [Normal(3, 300).square()], BaseStatistics = Of(Normal(4, 300).square()) };

        Assert.True(torch.allclose(one, merge.Run(), atol: 1e-5));
    }

    [Fact]
    public void A_tensor_without_statistics_is_merged_by_task_arithmetic() =>
        AssertValues([1 + 6 + 6], new InMemoryMerge("gradient_matching") { Base = Vector(1), Models = [Vector(7), Vector(4)] }.WithEach("weight", 1, 2).Run());

    private static InMemoryMerge Merge(torch.Tensor origin, torch.Tensor one, torch.Tensor two) =>
        new InMemoryMerge("gradient_matching") { Base = origin, Models = [one, two], Statistics = [Normal(10, 300).square(), Normal(11, 300).square()] };

    private static ImmutableDictionary<StatisticKind, torch.Tensor> Of(torch.Tensor fisher) => ImmutableDictionary<StatisticKind, torch.Tensor>.Empty.Add(StatisticKind.Fisher, fisher);
}
