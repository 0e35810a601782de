using MergeOps.Planning.Costs;
using Xunit;

namespace MergeOps.Tests.Planning.Costs;

public sealed class MachineRatesTests
{
    private static readonly MergeCost Linear = new(4_000_000_000, 4e9);

    // two seconds of start, then 4 GB in 4 s, with 2 s of two processors together
    private static readonly MachineRates Rates = MachineRates.Of(Linear, TimeSpan.FromSeconds(2), TimeSpan.FromSeconds(4), TimeSpan.FromSeconds(2), threads: 2)!;

    [Theory]
    [InlineData(1, 1, 3)]
    [InlineData(16, 1, 18)]
    [InlineData(4, 2, 6)]
    [InlineData(4, 6, 8)]
    public void The_slower_of_disk_and_processors_decides(double gigabytes, double costOfMethod, double seconds) =>
        Assert.Equal(seconds, Rates.SecondsOf(new((long)(gigabytes * 1e9), gigabytes * 1e9 * costOfMethod)), 6);

    [Fact]
    public void More_processors_help_where_arithmetic_decides() =>
        Assert.Equal(6, (Rates with { Threads = 4 }).SecondsOf(new(4_000_000_000, 24e9)), 6);

    [Fact]
    public void A_small_merge_tells_nothing() =>
        Assert.Null(MachineRates.Of(new(MachineRates.LeastBytes - 1, 1), TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(1), 1));

    [Fact]
    public void A_merge_with_less_arithmetic_says_more_and_one_with_more_only_if_it_is_much_larger()
    {
        var ties = Of(new(4_000_000_000, 8e9));
        var large = Of(new(40_000_000_000, 80e9));

        Assert.True(Rates.SaysMoreThan(ties));
        Assert.False(ties.SaysMoreThan(Rates));
        Assert.True(large.SaysMoreThan(Rates));

        static MachineRates Of(MergeCost cost) => MachineRates.Of(cost, default, TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(1), 1)!;
    }
}
