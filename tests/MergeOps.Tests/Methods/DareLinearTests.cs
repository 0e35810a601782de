using MergeOps.Methods.Contract;
using TorchSharp;
using Xunit;

namespace MergeOps.Tests.Methods;

public sealed class DareLinearTests : TensorTests
{
    private const double Density = 0.3;

    private static InMemoryMerge Merge => new InMemoryMerge("dare_linear")
    {
        Base = torch.zeros(100, 100),
        Models = [Normal(1, 100, 100)],
    }.WithEach("weight", 1).WithEach("density", Density);

    [Fact]
    public void Keeps_a_share_of_density()
    {
        var kept = Merge.Run().count_nonzero().item<long>() / 1e4;

        // five standard errors
        Assert.Equal(Density, kept, 5 * Math.Sqrt(Density * (1 - Density) / 1e4));
    }

    [Fact]
    public void Rescale_keeps_the_sum_of_magnitudes() =>
        Assert.Equal(1, Merge.Run().abs().sum().item<float>() / Merge.Models[0].abs().sum().item<float>(), 1e-5);

    [Fact]
    public void Without_rescale_the_kept_entries_are_unchanged()
    {
        var merge = Merge.With("rescale", false);
        var merged = merge.Run();

        AssertEqual(torch.where(merged == 0, 0, merge.Models[0]), merged);
    }

    [Fact]
    public void Inverse_density_divides_the_kept_entries_by_it()
    {
        var merge = Merge.With("rescale", ParameterValue.Of("inverse_density"));
        var merged = merge.Run();

        AssertValues([(float)(1 / Density)], (merged / merge.Models[0]).max());
        AssertEqual(Merge.With("rescale", false).Run() == 0, merged == 0);
    }

    [Fact]
    public void The_mask_depends_on_seed_and_tensor()
    {
        var mask = Merge.Run() == 0;

        Assert.False(mask.eq((Merge with { Seed = 1 }).Run() == 0).all().item<bool>());
        Assert.False(mask.eq((Merge with { TensorName = "lm_head.weight" }).Run() == 0).all().item<bool>());
    }

    [Fact]
    public void Density_zero_drops_everything() => AssertEqual(torch.zeros(100, 100), Merge.WithEach("density", 0).Run());
}
