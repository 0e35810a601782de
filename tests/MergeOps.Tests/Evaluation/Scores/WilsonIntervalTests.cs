using MergeOps.Evaluation.Scores;
using Xunit;

namespace MergeOps.Tests.Evaluation.Scores;

public sealed class WilsonIntervalTests
{
    private const double PrintedDigits = 0.5e-4;

    /// <summary>R. G. Newcombe, "Two-sided confidence intervals for the single proportion", Stat. Med. 17 (1998), table I, method 3.</summary>
    [Theory]
    [InlineData(81, 263, 0.2553, 0.3662)]
    [InlineData(15, 148, 0.0624, 0.1605)]
    [InlineData(0, 20, 0.0000, 0.1611)]
    [InlineData(1, 29, 0.0061, 0.1718)]
    public void The_published_intervals_are_met(int successes, int trials, double lower, double upper)
    {
        var interval = WilsonInterval.Of(successes, trials);

        Assert.Equal(lower, interval.Lower, PrintedDigits);
        Assert.Equal(upper, interval.Upper, PrintedDigits);
    }

    [Fact]
    public void The_interval_of_the_failures_is_the_mirror_image()
    {
        var (hits, misses) = (WilsonInterval.Of(20, 20), WilsonInterval.Of(0, 20));

        Assert.Equal(1 - misses.Upper, hits.Lower, 12);
        Assert.Equal(1, hits.Upper);
    }
}
