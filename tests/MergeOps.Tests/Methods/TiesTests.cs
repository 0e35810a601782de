using MergeOps.Methods.Contract;
using TorchSharp;
using Xunit;

namespace MergeOps.Tests.Methods;

public sealed class TiesTests : TensorTests
{
    [Fact]
    public void Trims_elects_and_averages_the_agreeing()
    {
        var merge = new InMemoryMerge("ties")
        {
            Base = torch.ones(4),
            Models = [Vector(3, 1.25f, -1, 6), Vector(5, 1, 2, -2)],
        }.WithEach("weight", 1, 1).WithEach("density", 0.75, 0.75);

        // the task vectors are 2, .25, -2, 5 and 4, 0, 1, -3; the smallest entry of each is trimmed
        AssertValues([1 + 3, 1, 1 - 2, 1 + 5], merge.Run());
    }

    [Fact]
    public void Without_normalize_the_agreeing_entries_are_summed() =>
        AssertValues([5, 3], Of(Vector(2, 4), Vector(8, -1)).WithEach("weight", 0.5, 0.5).With("normalize", false).With("lambda", 1).Run() + Vector(0, 1));

    [Fact]
    public void A_density_that_would_keep_nothing_keeps_one_entry() =>
        AssertValues([0, -7, 0], Of(Vector(2, -7, 1)).WithEach("weight", 1).WithEach("density", 0.1).Run());

    [Fact]
    public void Among_equal_magnitudes_the_lowest_index_is_kept() =>
        AssertValues([2, -2, 0, 0], Of(Vector(2, -2, 2, -2)).WithEach("weight", 1).WithEach("density", 0.5).Run());

    [Theory]
    [InlineData(0.3f, 0.1, 0.2, -0.3)]
    [InlineData(-0.3f, -0.3, 0.2, 0.1)]
    public void What_rounding_leaves_of_an_exact_tie_elects_its_sign(float elected, params double[] weights)
    {
        // float32: (0.1 + 0.2) - 0.3 is 0, and (-0.3 + 0.2) + 0.1 is -7.5e-9
        Assert.Equal(elected > 0, ((float)weights[0] + (float)weights[1]) + (float)weights[2] >= 0);
        AssertValues([elected], Of(Vector(1), Vector(1), Vector(1)).WithEach("weight", weights).With("normalize", false).Run());
    }

    [Fact]
    public void Rescale_keeps_the_sum_of_magnitudes() =>
        AssertValues([0, 10], Of(Vector(2, 8)).WithEach("weight", 1).WithEach("density", 0.5).With("rescale", true).Run());

    [Fact]
    public void Inverse_density_divides_by_the_density() =>
        AssertValues([0, 16], Of(Vector(2, 8)).WithEach("weight", 1).WithEach("density", 0.5)
            .With("rescale", ParameterValue.Of("inverse_density")).Run());

    // 19 elements: whole vectors of the processor and some that remain
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void In_a_tie_plus_is_elected(bool isDouble)
    {
        var ones = torch.ones(19, isDouble ? torch.float64 : torch.float32);
        var merge = Of(2 * ones, -2 * ones).WithEach("weight", 1, 1);

        AssertValues([.. Enumerable.Repeat(2f, 19)], merge.Run());
        AssertValues([.. Enumerable.Repeat(2f, 19)], (merge with { Models = [.. merge.Models.Reverse()] }).Run());
    }

    [Theory]
    [InlineData(1)]
    [InlineData(-1)]
    public void A_model_that_did_not_move_an_entry_does_not_share_in_its_mean(int sign) =>
        AssertValues([.. Enumerable.Repeat(2f * sign, 19)], Of(2 * sign * torch.ones(19), torch.zeros(19)).WithEach("weight", 1, 1).Run());

    private static InMemoryMerge Of(params torch.Tensor[] deltas) =>
        new("ties") { Base = torch.zeros_like(deltas[0]), Models = [.. deltas] };

    [Fact]
    public void Ranking_a_model_of_one_tensor_is_ranking_the_tensor()
    {
        foreach (var type in new[] { torch.float32, torch.float64 })
        {
            var merge = new InMemoryMerge("ties") { Base = Normal(1, 30, 40).to(type), Models = [Normal(2, 30, 40).to(type), Normal(3, 30, 40).to(type)] }
                .WithEach("weight", 0.6, 0.4).WithEach("density", 0.2, 0.35);

            AssertEqual(merge.With("scope", ParameterValue.Of("tensor")).Run(), merge.With("scope", ParameterValue.Of("model")).Run());
        }
    }
}
