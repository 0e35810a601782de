using MergeOps.Merging;
using Xunit;

namespace MergeOps.Tests.Merging;

public sealed class MergeTimingsTests
{
    [Fact]
    public void What_the_first_half_of_a_merge_took_longer_than_the_second_belongs_to_its_start()
    {
        var steady = Of(secondHalf: 3).Steady;

        Assert.Equal((TimeSpan.FromSeconds(5), TimeSpan.FromSeconds(6), TimeSpan.FromSeconds(1)), (steady.Start, steady.Tensors, steady.Flush));
        Assert.Equal(TimeSpan.FromSeconds(8), steady.Processors);
    }

    [Theory]
    [InlineData(6)]
    [InlineData(null)]
    public void A_merge_that_was_as_fast_from_its_first_byte_on_stays_as_it_is(int? secondHalf)
    {
        var timings = Of(secondHalf);

        Assert.Equal(timings, timings.Steady);
    }

    // a second of start, ten seconds with fourteen of the processors, and a second of flushing
    private static MergeTimings Of(int? secondHalf) => new(TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(10), TimeSpan.FromSeconds(1))
    {
        Processors = TimeSpan.FromSeconds(14),
        SecondHalf = secondHalf is { } seconds ? (TimeSpan.FromSeconds(seconds), TimeSpan.FromSeconds(4)) : null,
    };
}
