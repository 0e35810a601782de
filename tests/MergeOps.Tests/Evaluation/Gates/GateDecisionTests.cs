using MergeOps.Evaluation.Gates;
using MergeOps.Evaluation.Intervals;
using MergeOps.Evaluation.Scores;
using Xunit;

namespace MergeOps.Tests.Evaluation.Gates;

public sealed class GateDecisionTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(5)]
    [InlineData(19)]
    public void Below_twenty_items_nothing_is_decided_however_clear_it_looks(int items)
    {
        var decision = Decide(new(0.9, new(0.8, 0.95)), new(items, items), min: 0.1);

        Assert.Equal(GateVerdict.Undecided, decision.Verdict);
        Assert.Equal(20 - items, decision.MoreItems);
        Assert.Contains("at least 20 are needed", decision.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void Below_ten_groups_nothing_is_decided_however_many_items_they_have()
    {
        var decision = Decide(new(0.9, new(0.8, 0.95)), new(54, 9), min: 0.1);

        Assert.Equal(GateVerdict.Undecided, decision.Verdict);
        Assert.Equal("54 items in 9 groups cannot decide; at least 10 groups are needed. About 6 more items (1 group) would probably decide.", decision.Reason);
    }

    [Theory]
    [InlineData(20, 20)]
    [InlineData(20, 10)]
    public void Twenty_items_or_ten_groups_can_decide(int items, int groups) =>
        Assert.Equal(GateVerdict.Passed, Decide(new(0.9, new(0.8, 0.95)), new(items, groups), min: 0.1).Verdict);

    [Theory]
    [InlineData(0.7999, nameof(GateVerdict.Passed))]
    [InlineData(0.8, nameof(GateVerdict.Passed))]
    [InlineData(0.8001, nameof(GateVerdict.Undecided))]
    [InlineData(0.95, nameof(GateVerdict.Undecided))]
    [InlineData(0.9501, nameof(GateVerdict.Failed))]
    public void An_interval_on_one_side_decides_whatever_the_distance(double min, string verdict) =>
        Assert.Equal(verdict, Decide(new(0.9, new(0.8, 0.95)), new(100, 100), min).Verdict.ToString());

    [Fact]
    public void Undecided_says_how_many_more_items_would_probably_decide()
    {
        // the interval must be so much shorter that the bound is (1.96 + 0.84) standard errors away instead of 1: 100 · 2.8² items
        var decision = Decide(new(0.9, new(0.9 - 0.0196, 0.9 + 0.0196)), new(100, 100), min: 0.89);

        Assert.Equal(Math.Ceiling(100 * Math.Pow(1.959964 + 0.841621, 2)) - 100, decision.MoreItems!.Value);
        Assert.EndsWith("lies inside the interval. About 685 more items would probably decide.", decision.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void A_figure_on_its_bound_is_decided_by_no_number_of_items()
    {
        var decision = Decide(new(0.9, new(0.8, 0.95)), new(100, 100), min: 0.9);

        Assert.Null(decision.MoreItems);
        Assert.Contains("more items would hardly decide", decision.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void A_long_tail_towards_the_bound_needs_four_times_the_distance()
    {
        var skewed = new Estimate(1, new(0.9, 1.1), Skewness: 0.2);

        Assert.Equal(GateVerdict.Undecided, DecideMax(skewed, 1.2).Verdict);
        Assert.Contains("too skewed", DecideMax(skewed, 1.2).Reason, StringComparison.Ordinal);
        Assert.Equal(GateVerdict.Passed, DecideMax(skewed, 1.41).Verdict);
        Assert.Equal(GateVerdict.Passed, DecideMax(skewed with { Skewness = 0.1 }, 1.2).Verdict);
        Assert.Equal(GateVerdict.Passed, DecideMax(skewed with { Skewness = -0.2 }, 1.2).Verdict);
        Assert.Equal(GateVerdict.Passed, Decide(skewed, new(50, 50), min: 0.85).Verdict);
        Assert.Equal(GateVerdict.Undecided, Decide(skewed, new(50, 50), min: 1.2).Verdict);
    }

    [Fact]
    public void So_does_a_long_tail_below()
    {
        var skewed = new Estimate(1, new(0.9, 1.1), Skewness: -0.2);

        Assert.Equal(GateVerdict.Undecided, Decide(skewed, new(50, 50), min: 0.8).Verdict);
        Assert.Contains("too skewed", Decide(skewed, new(50, 50), min: 0.8).Reason, StringComparison.Ordinal);
        Assert.Equal(GateVerdict.Passed, Decide(skewed, new(50, 50), min: 0.59).Verdict);
        Assert.Equal(GateVerdict.Passed, Decide(skewed with { Skewness = -0.1 }, new(50, 50), min: 0.8).Verdict);
        Assert.Equal(GateVerdict.Passed, Decide(skewed with { Skewness = 0.2 }, new(50, 50), min: 0.8).Verdict);
        Assert.Equal(GateVerdict.Undecided, DecideMax(skewed, 0.8).Verdict);
    }

    [Fact]
    public void Without_an_interval_nothing_is_decided() =>
        Assert.Equal(
            new GateDecision(GateVerdict.Undecided, "nothing varies."),
            GateDecision.Of(Measured.Of(0.5, new(100, 100), "nothing varies"), new GateBound(0, ""), null));

    [Fact]
    public void What_is_known_needs_no_items() =>
        Assert.Equal(GateVerdict.Passed, GateDecision.Of(Measured.Exactly(0), new GateBound(0, ""), null).Verdict);

    [Fact]
    public void Items_are_counted_by_their_name() =>
        Assert.Equal("5 queries cannot decide; at least 20 are needed", GateDecision.TooFew(new(5, 5, "query")));

    private static GateDecision Decide(Estimate estimate, SampleSize sample, double min) =>
        GateDecision.Of(Measured.Of(estimate, sample), new GateBound(min, $"the 'min' of {min}"), null);

    private static GateDecision DecideMax(Estimate estimate, double max) =>
        GateDecision.Of(Measured.Of(estimate, new(50, 50)), null, new GateBound(max, $"the 'max' of {max}"));
}
