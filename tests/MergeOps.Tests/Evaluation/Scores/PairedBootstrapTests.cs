using MergeOps.Evaluation.Scores;
using Xunit;

namespace MergeOps.Tests.Evaluation.Scores;

public sealed class PairedBootstrapTests
{
    /// <summary>The 0.975 quantile of the standard normal distribution.</summary>
    private const double Z = 1.959963984540054;

    /// <summary>
    /// Three times the standard error of an empirical 2.5 % quantile of 10 000 normal draws, in standard deviations:
    /// 3 · √(0.025 · 0.975 / 10 000) / φ(1.96) = 0.080.
    /// </summary>
    private const double QuantileNoise = 0.080;

    [Fact]
    public void Two_models_that_agree_on_every_item_differ_by_exactly_zero()
    {
        var stratum = Accuracy([(true, true), (false, false), (true, true)]);

        Assert.Equal(new Interval(0, 0), PairedBootstrap.Interval([stratum]));
    }

    [Fact]
    public void A_model_that_is_better_on_every_item_is_better_by_exactly_one()
    {
        var stratum = Accuracy([(true, false), (true, false)]);

        Assert.Equal(1, stratum.Difference);
        Assert.Equal(new Interval(1, 1), PairedBootstrap.Interval([stratum]));
    }

    [Fact]
    public void A_constant_difference_of_losses_has_no_spread_although_the_items_differ()
    {
        // one token each: loss i + 0.25 against loss i
        var stratum = new Stratum([.. Enumerable.Range(1, 50).Select(i => new PairedItem(i + 0.25, 1, i, 1))]);

        var interval = PairedBootstrap.Interval([stratum]);

        Assert.Equal(0.25, interval.Lower, 12);
        Assert.Equal(0.25, interval.Upper, 12);
    }

    [Fact]
    public void The_same_items_give_the_same_interval()
    {
        Stratum[] strata = [Alternating(40, 0.3), Alternating(70, 0.6)];

        Assert.Equal(PairedBootstrap.Interval(strata), PairedBootstrap.Interval(strata));
    }

    [Fact]
    public void For_many_items_the_interval_is_that_of_the_normal_approximation()
    {
        // differences of +1 (share a), −1 (share b), 0: variance a + b − (a − b)²
        const int n = 2000;
        const double a = 0.3, b = 0.1;
        var stratum = Accuracy(
        [
            .. Enumerable.Repeat((true, false), (int)(a * n)),
            .. Enumerable.Repeat((false, true), (int)(b * n)),
            .. Enumerable.Repeat((true, true), (int)((1 - a - b) * n)),
        ]);
        var error = Math.Sqrt((a + b - ((a - b) * (a - b))) / n);

        AssertNormal(a - b, error, PairedBootstrap.Interval([stratum]));
    }

    [Fact]
    public void Draws_stay_within_their_task_so_the_spread_between_tasks_does_not_count()
    {
        // difficulties far apart: the variance of the mean is Σ p(1−p)/n over the tasks / (number of tasks)²
        Stratum[] strata = [Alone(1000, 0.95), Alone(500, 0.10)];
        var error = Math.Sqrt((0.95 * 0.05 / 1000) + (0.10 * 0.90 / 500)) / 2;

        AssertNormal((0.95 + 0.10) / 2, error, PairedBootstrap.Interval(strata));
    }

    [Fact]
    public void A_share_of_the_experts_accuracy_scales_the_difference()
    {
        var plain = Alone(100, 0.4);

        var interval = PairedBootstrap.Interval([plain]);
        var scaled = PairedBootstrap.Interval([plain with { Scale = 1 / 0.8 }]);

        Assert.Equal(0.5, (plain with { Scale = 1 / 0.8 }).Difference, 12);
        Assert.Equal(interval.Lower / 0.8, scaled.Lower, 12);
        Assert.Equal(interval.Upper / 0.8, scaled.Upper, 12);
    }

    [Fact]
    public void A_loss_is_a_ratio_of_sums_so_long_answers_weigh_more()
    {
        // (2 + 9) nats / (1 + 3) tokens, not (2/1 + 9/3) / 2
        Assert.Equal(2.75, new Stratum([new(2, 1), new(9, 3)]).Difference);
    }

    private static void AssertNormal(double mean, double error, Interval actual)
    {
        Assert.Equal(mean - (Z * error), actual.Lower, QuantileNoise * error);
        Assert.Equal(mean + (Z * error), actual.Upper, QuantileNoise * error);
    }

    private static Stratum Accuracy(IEnumerable<(bool First, bool Other)> items) =>
        new([.. items.Select(item => new PairedItem(item.First ? 1 : 0, 1, item.Other ? 1 : 0))]);

    private static Stratum Alone(int count, double accuracy) =>
        new([.. Enumerable.Range(0, count).Select(i => new PairedItem(i < accuracy * count ? 1 : 0, 1))]);

    private static Stratum Alternating(int count, double share) =>
        Accuracy(Enumerable.Range(0, count).Select(i => (i % 3 == 0, (i < share * count))));
}
