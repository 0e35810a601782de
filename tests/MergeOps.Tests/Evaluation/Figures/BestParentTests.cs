using MergeOps.Evaluation.Contract;
using MergeOps.Evaluation.Figures;
using MergeOps.Evaluation.Gates;
using MergeOps.Evaluation.Intervals;
using MergeOps.Evaluation.Scores;
using MergeOps.Evaluation.Scoring;
using Xunit;
using static MergeOps.Tests.Evaluation.SmallEvaluation;

namespace MergeOps.Tests.Evaluation.Figures;

public sealed class BestParentTests : IDisposable
{
    private static readonly SampleSize Sample = new(100, 100);

    private readonly SmallEvaluation small = new();

    public void Dispose() => small.Dispose();

    /// <summary>inv_cdf(1 - 0.025 / k) / inv_cdf(0.975) of the normal distribution in Python.</summary>
    [Theory]
    [InlineData(1, 1)]
    [InlineData(2, 1.1435938)]
    [InlineData(3, 1.2214407)]
    [InlineData(10, 1.4321864)]
    public void An_end_that_must_hold_for_many_parents_lies_as_far_out_as_Bonferroni_puts_it(int parents, double factor) =>
        Assert.Equal(factor, BestParent.Widening(parents), 1e-4);

    [Fact]
    public void The_worse_end_is_the_worst_of_all_parents_and_the_better_one_is_widened()
    {
        var (seen, wide) = (Difference(0.10, 0.05, 0.15), Difference(0.12, 0.01, 0.23));

        var difference = BestParent.Difference(seen, [wide, seen], largerIsBetter: true);

        Assert.Equal(0.10, difference.Value);
        Assert.Equal(0.01, difference.Interval!.Value.Lower);
        // 0.10 + 1.1435938 · 0.05, since 0.12 + 1.1435938 · 0.11 is larger
        Assert.Equal(0.1571797, difference.Interval.Value.Upper, 1e-6);
    }

    [Fact]
    public void Of_a_loss_the_ends_change_places()
    {
        var (seen, wide) = (Difference(-0.10, -0.15, -0.05), Difference(-0.12, -0.23, -0.01));

        var interval = BestParent.Difference(seen, [wide, seen], largerIsBetter: false).Interval!.Value;

        Assert.Equal(-0.1571797, interval.Lower, 1e-6);
        Assert.Equal(-0.01, interval.Upper);
    }

    /// <summary>Three parents that are truly as good as the merged model: each error is normal, those of the differences share the merged model's.</summary>
    [Fact]
    public void Of_parents_that_are_equal_neither_verdict_is_wrong_more_often_than_one_side_of_the_interval_says()
    {
        const int Trials = 4000;
        var random = new Random(17);
        var (passed, failed, failedWithoutWidening) = (0, 0, 0);
        for (var trial = 0; trial < Trials; trial++)
        {
            var merged = Normal(random);
            Measured[] all = [.. Enumerable.Range(0, 3).Select(_ => merged - Normal(random)).Select(d => Difference(d, d - (Power.Z * Math.Sqrt(2)), d + (Power.Z * Math.Sqrt(2))))];
            var interval = BestParent.Difference(all.MinBy(d => d.Value)!, all, largerIsBetter: true).Interval!.Value;
            passed += interval.Lower > 0 ? 1 : 0;
            failed += interval.Upper < 0 ? 1 : 0;
            failedWithoutWidening += all.Min(d => d.Interval!.Value.Upper) < 0 ? 1 : 0;
        }

        // 2.5 % and three standard errors
        Assert.InRange(passed, 1, Trials * 0.0325);
        Assert.InRange(failed, 1, Trials * 0.0325);
        Assert.InRange(failedWithoutWidening, Trials * 0.04, Trials * 0.075);
    }

    private static double Normal(Random random) => Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble());

    [Fact]
    public void One_parent_needs_no_correction()
    {
        var only = Difference(0.1, 0.05, 0.15);

        Assert.Same(only, BestParent.Difference(only, [only], largerIsBetter: true));
    }

    [Fact]
    public void A_parent_without_interval_leaves_none()
    {
        var seen = Difference(0.1, 0.05, 0.15);
        var difference = BestParent.Difference(seen, [seen, Measured.Of(0.3, Sample, "nothing varies")], largerIsBetter: true);

        Assert.Equal((0.1, "nothing varies"), (difference.Value, difference.WhyNoInterval));
        Assert.Null(difference.Interval);
    }

    /// <summary>
    /// The merged model answers the first 12 sums. One parent answers the first 10: with the same errors, so that the difference
    /// is nearly exact. The other one answers 10 others: as good, but hardly related, so that the items cannot tell.
    /// </summary>
    [Fact]
    public void A_gate_passes_only_when_the_merged_model_beats_every_parent()
    {
        var gate = Gate("sums.accuracy", min: -0.1, against: "best_parent");
        var like = Parent("like", sum => sum <= 10);
        var unlike = Parent("unlike", sum => sum > 10);

        var (ofOne, ofBoth) = (Judge(gate, like), Judge(gate, like, unlike));

        Assert.Equal(GateVerdict.Passed, ofOne.Verdict);
        Assert.Equal(GateVerdict.Undecided, ofBoth.Verdict);
        Assert.Equal(ofOne.Measured.Value, ofBoth.Measured.Value);
        Assert.Contains("over 2 parents", ofBoth.Detail, StringComparison.Ordinal);
        Assert.DoesNotContain("over", ofOne.Detail, StringComparison.Ordinal);
    }

    /// <summary>Of 20 items the merged model gains 18: 0.683 to 0.988 by Clopper and Pearson, and 0.9 + 1.1436 · 0.0877 exceeds 1.</summary>
    [Fact]
    public void A_widened_end_stays_within_what_a_difference_of_shares_can_be()
    {
        var merged = Parent("small", sum => sum <= 18) with { Role = ModelRole.Merged, IsParent = false };
        var judged = Assert.Single(small.Evaluate(Recipe(Gate("sums.accuracy", min: 0.5, against: "best_parent")), Parent("one", _ => false), Parent("two", _ => false), merged).Gates);

        Assert.Equal(1, judged.Measured.Interval!.Value.Upper);
        // what it loses is at most 1 - 0.025^(1/20) = 0.1684
        Assert.Equal(0.9 - Math.Sqrt((0.9 - 0.6830) * (0.9 - 0.6830) + 0.1684 * 0.1684), judged.Measured.Interval.Value.Lower, 3);
        Assert.Contains(" to +1 over 2 parents", judged.Detail, StringComparison.Ordinal);
    }

    private GateResult Judge(MergeOps.Recipes.GateSettings gate, params ModelUnderTest[] parents) =>
        Assert.Single(small.Evaluate(Recipe(gate), [.. parents, Parent("small", sum => sum <= 12) with { Role = ModelRole.Merged, IsParent = false }]).Gates);

    private static ModelUnderTest Parent(string name, Predicate<int> answers) => Opening(
        ModelRole.Parent,
        name,
        new MergeOps.Recipes.ModelReference($"./{name}"),
        new FakeLanguageModel(prompt => answers(int.Parse(prompt.AsSpan(prompt.IndexOf(' ') + 1), System.Globalization.CultureInfo.InvariantCulture))));

    private static Measured Difference(double value, double lower, double upper) => Measured.Of(new Estimate(value, new(lower, upper)), Sample);
}
