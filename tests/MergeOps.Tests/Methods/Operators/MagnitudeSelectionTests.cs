using MergeOps.Methods.Operators;
using MergeOps.Methods.Operators.Cpu;
using MergeOps.Methods.Operators.Torch;
using TorchSharp;
using Xunit;

namespace MergeOps.Tests.Methods.Operators;

public sealed class MagnitudeSelectionTests : TensorTests
{
    /// <summary>Enough elements for the search to begin with a sample.</summary>
    private const int Large = 1_100_000;

    [Theory]
    [InlineData(1000, 0, 300)]
    [InlineData(1000, 0, 1)]
    [InlineData(1000, 0, 1000)]
    [InlineData(1000, 100, 500)]
    [InlineData(1000, 999, 1)]
    [InlineData(Large, 0, Large / 5)]
    [InlineData(Large, Large / 100, Large / 2)]
    public void Keeps_the_elements_that_a_sort_would_keep(int elements, int skip, int keep)
    {
        var values = Normal(11, elements);

        AssertKept(values, new CpuSelections().StartSelection(elements, skip, keep), skip, keep);
    }

    [Theory]
    [InlineData(1000)]
    [InlineData(Large)]
    public void Takes_the_lowest_index_first_among_equal_magnitudes(int elements)
    {
        var values = torch.arange(elements).remainder(7).sub(3).to(torch.float32);

        AssertKept(values, new CpuSelections().StartSelection(elements, elements / 10, elements / 3), elements / 10, elements / 3);
    }

    [Fact]
    public void Works_on_float64()
    {
        var values = Normal(11, 5000).to(torch.float64).add(1e-12 * torch.arange(5000));

        AssertKept(values, new CpuSelections().StartSelection(5000, 50, 700), 50, 700);
    }

    [Fact]
    public void Works_in_torch()
    {
        var values = torch.cat([Normal(11, 3000), torch.zeros(100), torch.full(100, 1e-42)]);

        AssertKept(values, new TorchSelections().StartSelection(3200, 50, 3080), 50, 3080);
    }

    [Fact]
    public void Stays_exact_where_a_sample_misleads()
    {
        // the sample sees the first part only, which is small, and the second half is constant
        var values = torch.cat([Normal(11, Large / 2).mul(1e-3), torch.ones(Large / 2)]);

        AssertKept(values, new CpuSelections().StartSelection(Large, 0, (Large / 2) + 1), 0, (Large / 2) + 1);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(Large / 100)]
    public void Scans_the_whole_once_after_a_sample_that_is_like_it(int skip)
    {
        var values = Normal(11, Large);

        Assert.Equal(1, Search(values, new CpuSelections().StartSelection(Large, skip, Large / 4), 4321));
    }

    [Fact]
    public void Scans_the_whole_once_for_a_share_of_the_elements_that_are_not_zero()
    {
        var values = Normal(11, Large);
        values[torch.TensorIndex.Slice(0, null, 3)] = 0;
        var nonZeros = values.count_nonzero().item<long>();
        var selection = new CpuSelections().StartSelectionOfNonZeros(Large, 0.1);

        Assert.Equal(1, Search(values, selection, 4321));
        selection.Keep(values);
        Assert.Equal(nonZeros / 10, values.count_nonzero().item<long>());
    }

    [Theory]
    [InlineData(0.5)]
    [InlineData(0.001)]
    public void Stays_exact_where_most_elements_are_zero(double share)
    {
        var values = torch.zeros(Large);
        values[torch.TensorIndex.Slice(null, null, 1000)] = Normal(11, Large / 1000);

        AssertKept(values, new CpuSelections().StartSelection(Large, 0, (int)(share * Large)), 0, (int)(share * Large));
    }

    [Fact]
    public void Counts_the_non_zeros_that_a_sample_did_not_see()
    {
        var values = torch.cat([torch.zeros(Large - 100), torch.arange(1, 101).to(torch.float32)]);
        var selection = new CpuSelections().StartSelectionOfNonZeros(Large, 0.25);
        Search(values, selection, 999);

        selection.Keep(values);

        Assert.Equal(25, values.count_nonzero().item<long>());
    }

    [Fact]
    public void Counts_a_share_of_the_elements_that_are_not_zero()
    {
        var values = torch.cat([torch.zeros(600), torch.arange(1, 401).to(torch.float32)]);
        var selection = new CpuSelections().StartSelectionOfNonZeros(1000, 0.25);
        Search(values, selection, 77);

        selection.Keep(values);

        Assert.Equal(100, values.count_nonzero().item<long>());
        Assert.Equal(301, values[900].item<float>());
    }

    [Fact]
    public void An_empty_selection_says_so()
    {
        var selection = new CpuSelections().StartSelectionOfNonZeros(1000, 0.5);
        Search(torch.zeros(1000), selection, 100);

        Assert.True(selection.IsEmpty);
    }

    [Theory]
    [InlineData(1000)]
    [InlineData(Large)]
    public void Quantiles_are_elements_of_the_sorted_magnitudes(int elements)
    {
        var values = Normal(11, elements);
        var quantiles = new CpuSelections().StartQuantiles(elements, 0.25, 0.5, 0.75);
        while (quantiles.NeedsScan)
        {
            quantiles.Count(values);
            quantiles.EndScan();
        }

        var sorted = values.abs().sort().Values;
        Assert.Equal([At(0.25), At(0.5), At(0.75)], quantiles.Values);

        double At(double share) => sorted[(long)(share * (elements - 1))].item<float>();
    }

    private static void AssertKept(torch.Tensor values, IMagnitudeSelection selection, int skip, int keep)
    {
        var order = values.abs().sort(dim: 0, descending: true, stable: true).Indices;
        var expected = torch.zeros_like(values);
        var kept = order.narrow(0, skip, keep);
        expected.index_copy_(0, kept, values.index_select(0, kept));
        Search(values, selection, 4321);

        foreach (var tile in Tiles(values, 999))
        {
            selection.Keep(tile);
        }

        Assert.True(values.eq(expected).all().item<bool>());
    }

    /// <summary>Searches; where a sample will do, the first third is shown.</summary>
    /// <returns>How often the whole was shown.</returns>
    private static int Search(torch.Tensor values, IMagnitudeSelection selection, long tileLength)
    {
        var scans = 0;
        while (selection.NeedsScan)
        {
            scans += selection.NeedsSample ? 0 : 1;
            foreach (var tile in Tiles(selection.NeedsSample ? values.narrow(0, 0, values.numel() / 3) : values, tileLength))
            {
                selection.Count(tile);
            }

            selection.EndScan();
        }

        return scans;
    }

    private static IEnumerable<torch.Tensor> Tiles(torch.Tensor values, long length)
    {
        for (var start = 0L; start < values.numel(); start += length)
        {
            yield return values.narrow(0, start, Math.Min(length, values.numel() - start));
        }
    }
}
