using MergeOps.Evaluation.Intervals;
using Xunit;

namespace MergeOps.Tests.Evaluation.Intervals;

public sealed class MeansTests
{
    /// <summary>W. S. Gosset's sleep data ("Student", Biometrika 6, 1908): t = 4.0621 on 9 degrees of freedom, interval 0.700 to 2.460.</summary>
    [Fact]
    public void An_interval_reaches_at_least_as_far_as_students()
    {
        var sleep = Means.Of([1.2, 2.4, 1.3, 1.3, 0.0, 1.0, 1.8, 0.8, 4.6, 1.4], scale: 1)!.Value;

        Assert.Equal(1.58, sleep.Value, 12);
        Assert.InRange(sleep.Interval.Lower, 0, 0.7002);
        Assert.InRange(sleep.Interval.Upper, 2.4598, 5);
        // Σ(x − x̄)³ / n over the 1.5th power of the variance, over √n
        Assert.Equal(1.4720 / Math.Sqrt(10), sleep.Skewness, 3);
    }

    [Fact]
    public void A_long_tail_lengthens_the_interval_on_its_side()
    {
        var skewed = Means.Of([.. Enumerable.Range(0, 40).Select(unit => Math.Exp(unit / 8.0))], scale: 1)!.Value;

        Assert.True(skewed.Above > 1.2 * skewed.Below, $"{skewed.Below} {skewed.Above}");
        Assert.True(skewed.Skewness > 0.2);
    }

    [Fact]
    public void The_same_units_give_the_same_interval()
    {
        double[] units = [.. Enumerable.Range(0, 100).Select(unit => Math.Sin(unit))];

        Assert.Equal(Means.Of(units, 1), Means.Of(units, 1));
    }

    [Theory]
    [InlineData(1.0)]
    [InlineData(0.1, 0.1, 0.1, 0.1)]
    public void What_does_not_vary_has_no_interval(params double[] units) => Assert.Null(Means.Of(units, scale: 1));

    [Fact]
    public void What_only_rounding_tells_apart_does_not_vary() =>
        Assert.Null(Means.Of([.. Enumerable.Range(0, 50).Select(unit => (unit + 0.1) - unit)], scale: 50));

    [Fact]
    public void Many_units_are_joined_without_changing_their_sum_or_how_far_it_is_off()
    {
        var random = new SplitMix64(1);
        double[] units = [.. Enumerable.Range(0, 100_000).Select(_ => (double)random.Below(1000))];
        var joined = Means.Joined(units);
        var all = new RatioOfSums(units, [.. units.Select(_ => 1.0)]).Less(null)!.Value;
        var spread = 1.96 * Math.Sqrt(units.Sum(unit => (unit - all.Value) * (unit - all.Value))) / units.Length;

        Assert.Equal(Means.MostUnits, joined.Length);
        Assert.Equal(units.Sum(), joined.Sum());
        Assert.Equal(spread, all.HalfWidth, 0.1 * spread);
    }

    [Fact]
    public void Long_answers_weigh_more_in_a_ratio_of_sums()
    {
        // (2 + 9) nats / (1 + 3) tokens, not (2/1 + 9/3) / 2
        Assert.Equal(2.75, new RatioOfSums([2, 9], [1, 3]).Value);
    }

    [Fact]
    public void A_constant_factor_between_two_losses_leaves_the_noise_of_the_smaller_part()
    {
        double[] losses = [.. Enumerable.Range(1, 60).Select(item => (double)item)], tokens = [.. losses.Select(_ => 1.0)];
        var same = new RatioOfSums(losses, tokens);
        var larger = new RatioOfSums([.. losses.Select(loss => loss * 1.01)], tokens);

        Assert.Equal(same.Less(null)!.Value.HalfWidth / 100, larger.Less(same)!.Value.HalfWidth, 9);
        Assert.Equal(0.01 * same.Value, larger.Less(same)!.Value.Value, 9);
    }
}
