using MergeOps.Evaluation.Intervals;
using Xunit;

namespace MergeOps.Tests.Evaluation.Intervals;

public sealed class ProportionsTests
{
    private const double PrintedDigits = 0.5e-4;

    /// <summary>R. G. Newcombe, "Two-sided confidence intervals for the single proportion", Stat. Med. 17 (1998), table I, method 5.</summary>
    [Theory]
    [InlineData(81, 263, 0.2527, 0.3676)]
    [InlineData(15, 148, 0.0578, 0.1617)]
    [InlineData(0, 20, 0.0000, 0.1684)]
    [InlineData(1, 29, 0.0009, 0.1776)]
    public void The_published_exact_intervals_are_met(int successes, int trials, double lower, double upper)
    {
        var interval = Proportions.Exact(successes, trials);

        Assert.Equal(lower, interval.Lower, PrintedDigits);
        Assert.Equal(upper, interval.Upper, PrintedDigits);
    }

    [Fact]
    public void One_item_says_next_to_nothing()
    {
        var share = Proportions.Share([true], ItemGroups.Unrelated(1));

        Assert.Equal(new Estimate(1, new(0.025, 1)), share with { Interval = new(Math.Round(share.Interval.Lower, 12), share.Interval.Upper) });
    }

    [Theory]
    [InlineData(1)]
    [InlineData(5)]
    [InlineData(20)]
    [InlineData(120)]
    public void Models_that_agree_on_every_item_may_differ_on_what_so_many_items_do_not_show(int items)
    {
        var right = Enumerable.Repeat(true, items).ToArray();
        var difference = Proportions.Difference(right, right, ItemGroups.Unrelated(items));

        // the exact upper limit of 0 of n: 1 - 0.025^(1/n)
        Assert.Equal(0, difference.Value);
        Assert.Equal(1 - Math.Pow(0.025, 1.0 / items), difference.Interval.Upper, 9);
        Assert.Equal(-difference.Interval.Upper, difference.Interval.Lower, 9);
    }

    [Fact]
    public void A_model_that_only_loses_has_the_exact_interval_of_what_it_loses_on_that_side()
    {
        // 15 of 148 lost, none gained
        bool[] other = [.. Enumerable.Repeat(true, 148)], right = [.. Enumerable.Range(0, 148).Select(item => item >= 15)];

        Assert.Equal(-0.1617, Proportions.Difference(right, other, ItemGroups.Unrelated(148)).Interval.Lower, PrintedDigits);
    }

    [Fact]
    public void Exchanging_the_models_mirrors_the_interval()
    {
        bool[] first = [.. Enumerable.Range(0, 60).Select(item => item % 3 != 0)], second = [.. Enumerable.Range(0, 60).Select(item => item % 4 != 1)];
        var (one, two) = (Proportions.Difference(first, second, ItemGroups.Unrelated(60)), Proportions.Difference(second, first, ItemGroups.Unrelated(60)));

        Assert.Equal((-one.Interval.Upper, -one.Interval.Lower), (two.Interval.Lower, two.Interval.Upper));
    }

    [Fact]
    public void Six_askings_of_one_question_that_agree_are_one_item()
    {
        // 120 items in 20 groups, 18 of them right as a whole: as 18 of 20
        bool[] right = [.. Enumerable.Range(0, 120).Select(item => item % 20 < 18)];
        var grouped = Proportions.Share(right, ItemGroups.Of(Enumerable.Range(0, 120).Select(item => $"question {item % 20}"))).Interval;

        Assert.Equal(0.6830, grouped.Lower, PrintedDigits);
        Assert.Equal(0.9877, grouped.Upper, PrintedDigits);
    }

    [Fact]
    public void Items_of_a_group_that_have_nothing_in_common_count_nearly_in_full()
    {
        // every one of 200 groups of 5 has 3 right: as unrelated as can be, so between all 1000 items and 200
        bool[] right = [.. Enumerable.Range(0, 1000).Select(item => item % 5 < 3)];
        var width = Width(right, ItemGroups.Of(Enumerable.Range(0, 1000).Select(item => $"{item / 5}")));

        Assert.InRange(width, Width(right, ItemGroups.Unrelated(1000)), 1.1 * Width(right, ItemGroups.Unrelated(1000)));
    }

    [Fact]
    public void Groups_that_show_nothing_of_how_related_they_are_count_as_one_item_each()
    {
        var right = Enumerable.Repeat(true, 60).ToArray();

        Assert.Equal(
            Proportions.Exact(10, 10).Lower,
            Proportions.Share(right, ItemGroups.Of(Enumerable.Range(0, 60).Select(item => $"{item / 6}"))).Interval.Lower,
            9);
    }

    [Fact]
    public void All_items_in_one_group_are_one_item()
    {
        bool[] right = [.. Enumerable.Range(0, 50).Select(item => item % 2 == 0)];

        Assert.InRange(Width(right, ItemGroups.Of(Enumerable.Repeat("one", 50))), 0.9, 1);
    }

    private static double Width(bool[] right, ItemGroups groups) => 2 * Proportions.Share(right, groups).HalfWidth;
}
