using MergeOps.Evaluation.Intervals;
using Xunit;

namespace MergeOps.Tests.Evaluation.Intervals;

public sealed class SquareAndAddTests
{
    /// <summary>
    /// R. G. Newcombe, "Interval estimation for the difference between independent proportions", Stat. Med. 17 (1998) 873–890,
    /// table II, method 10, which joins Wilson's limits: 56/70 − 48/80 and 9/10 − 3/10.
    /// </summary>
    [Theory]
    [InlineData(56, 70, 48, 80, 0.0524, 0.3339)]
    [InlineData(9, 10, 3, 10, 0.1705, 0.8090)]
    public void The_published_differences_of_independent_proportions_are_met(int first, int firstTrials, int second, int secondTrials, double lower, double upper)
    {
        var interval = SquareAndAdd.Difference(Wilson(first, firstTrials), Wilson(second, secondTrials)).Interval;

        Assert.Equal(lower, interval.Lower, 0.5e-4);
        Assert.Equal(upper, interval.Upper, 0.5e-4);
    }

    [Fact]
    public void The_mean_of_quantities_with_standard_errors_has_the_root_of_their_mean_square()
    {
        var mean = SquareAndAdd.Mean([new(1, new(1 - 3, 1 + 3)), new(3, new(3 - 4, 3 + 4))]);

        Assert.Equal(new Estimate(2, new(2 - 2.5, 2 + 2.5)), mean);
    }

    [Fact]
    public void A_mean_reaches_no_further_to_a_side_than_its_parts()
    {
        // two shares of 1 reach down only
        var mean = SquareAndAdd.Mean([new(1, new(0.9, 1)), new(1, new(0.9, 1))]).Interval;

        Assert.Equal((1 - (0.1 / Math.Sqrt(2)), 1.0), (mean.Lower, mean.Upper));
    }

    /// <summary>For normal quantities the ends are the roots of E. C. Fieller's equation (a − r b)² = δa² + r² δb².</summary>
    [Theory]
    [InlineData(2, 0.5, 4, 0.25)]
    [InlineData(-2, 0.5, 4, 0.25)]
    [InlineData(0, 0.5, 4, 0.25)]
    [InlineData(1, 3, 10, 2)]
    public void A_ratio_of_normal_quantities_has_fiellers_interval(double a, double ofA, double b, double ofB)
    {
        var ratio = SquareAndAdd.Ratio(new(a, new(a - ofA, a + ofA)), new(b, new(b - ofB, b + ofB)), correlation: 0)!.Value;

        var (square, root) = ((b * b) - (ofB * ofB), Math.Sqrt((a * a * b * b) - (((b * b) - (ofB * ofB)) * ((a * a) - (ofA * ofA)))));
        Assert.Equal(a / b, ratio.Value);
        Assert.Equal(((a * b) - root) / square, ratio.Interval.Lower, 12);
        Assert.Equal(((a * b) + root) / square, ratio.Interval.Upper, 12);
    }

    [Fact]
    public void Nothing_is_too_large_a_share_of_what_may_be_nothing() =>
        Assert.Null(SquareAndAdd.Ratio(new(0.5, new(0.4, 0.6)), new(0.05, new(0, 0.2)), correlation: 0));

    private static Estimate Wilson(int successes, int trials)
    {
        double z = 1.959964, n = trials, p = successes / n;
        var (middle, half) = ((p + (z * z / (2 * n))) / (1 + (z * z / n)), z / (1 + (z * z / n)) * Math.Sqrt((p * (1 - p) / n) + (z * z / (4 * n * n))));
        return new(p, new(middle - half, middle + half));
    }
}
