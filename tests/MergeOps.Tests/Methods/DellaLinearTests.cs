using MergeOps.Methods.Contract;
using TorchSharp;
using Xunit;

namespace MergeOps.Tests.Methods;

public sealed class DellaLinearTests : TensorTests
{
    private const double Density = 0.5;
    private const double Epsilon = 0.3;
    private const int Rows = 4000;
    private const int RowLength = 11;

    /// <summary>Rows of the numbers 1 to 11 in an order of their own.</summary>
    private static InMemoryMerge Merge => new InMemoryMerge("della_linear")
    {
        Base = torch.zeros(Rows, RowLength),
        Models = [Normal(3, Rows, RowLength).argsort(1).to(torch.float32) + 1],
    }.WithEach("weight", 1).WithEach("density", Density).WithEach("epsilon", Epsilon).With("rescale", false);

    [Fact]
    public void The_probability_grows_with_the_rank()
    {
        var kept = Merge.Run();

        for (var rank = 0; rank < RowLength; rank++)
        {
            var expected = Density - Epsilon + (2 * Epsilon * rank / (RowLength - 1));
            var share = (kept == rank + 1).sum().item<long>() / (double)Rows;
            Assert.Equal(expected, share, 5 * Math.Sqrt(expected * (1 - expected) / Rows));
        }
    }

    [Fact]
    public void Inverse_density_divides_each_entry_by_its_own_probability()
    {
        var merged = Merge.With("rescale", ParameterValue.Of("inverse_density")).Run();

        Assert.Equal(11 / (Density + Epsilon), merged.max().item<float>(), 1e-5);
        Assert.Equal(1 / (Density - Epsilon), merged[Merge.Run() == 1].max().item<float>(), 1e-5);
    }

    [Fact]
    public void A_row_of_one_element_is_kept_with_probability_density()
    {
        var merge = Merge with { Base = torch.zeros(Rows, 1), Models = [torch.ones(Rows, 1)] };

        Assert.Equal(Density, merge.Run().mean().item<float>(), 5 * Math.Sqrt(Density * (1 - Density) / Rows));
    }
}
