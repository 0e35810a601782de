using MergeOps.Diagnostics;
using MergeOps.Evaluation.Contract;
using MergeOps.Evaluation.Gates;
using MergeOps.Evaluation.Scoring;
using MergeOps.Recipes;
using Xunit;

namespace MergeOps.Tests.Evaluation.Gates;

public sealed class GateJudgeTests : IDisposable
{
    private readonly SmallEvaluation small = new();

    public void Dispose() => small.Dispose();

    // the exact interval of 18 of 20 is 0.683 to 0.988
    [Theory]
    [InlineData(0.68, nameof(GateVerdict.Passed))]
    [InlineData(0.69, nameof(GateVerdict.Undecided))]
    [InlineData(0.9, nameof(GateVerdict.Undecided))]
    [InlineData(0.98, nameof(GateVerdict.Undecided))]
    [InlineData(0.99, nameof(GateVerdict.Failed))]
    public void A_minimum_inside_the_interval_is_undecided_and_one_on_a_side_is_not(double min, string verdict) =>
        Assert.Equal(verdict, Judge(SmallEvaluation.Gate("sums.accuracy", min: min)).Verdict.ToString());

    // 1.6875 nats a token, an eighth more and less in turn: standard error 1.6875 / 8 · √(24/23) / √24 = 0.044
    [Theory]
    [InlineData(1.8, nameof(GateVerdict.Passed))]
    [InlineData(1.6875, nameof(GateVerdict.Undecided))]
    [InlineData(1.57, nameof(GateVerdict.Failed))]
    public void A_maximum_likewise(double max, string verdict) =>
        Assert.Equal(verdict, Judge(SmallEvaluation.Gate("prose.loss", max: max)).Verdict.ToString());

    [Fact]
    public void Of_two_bounds_one_that_fails_decides_though_the_other_lies_inside() =>
        Assert.Equal(GateVerdict.Failed, Judge(SmallEvaluation.Gate("sums.accuracy", min: 0.5, max: 0.6)).Verdict);

    [Fact]
    public void Against_the_best_parent_the_intervals_lower_end_decides()
    {
        var interval = Judge(SmallEvaluation.Gate("mean.accuracy", min: 0, against: "best_parent")).Measured.Interval!.Value;
        Assert.InRange(0.875 - 0.55, interval.Lower, interval.Upper);

        Assert.True(Judge(SmallEvaluation.Gate("mean.accuracy", min: interval.Lower, against: "best_parent")).Met);
        Assert.False(Judge(SmallEvaluation.Gate("mean.accuracy", min: interval.Lower + 0.01, against: "best_parent")).Met);
    }

    [Fact]
    public void Against_something_the_intervals_upper_end_decides_a_maximum()
    {
        var interval = Judge(SmallEvaluation.Gate("prose.loss", max: 0, against: "average")).Measured.Interval!.Value;

        Assert.True(Judge(SmallEvaluation.Gate("prose.loss", max: interval.Upper, against: "average")).Met);
        Assert.False(Judge(SmallEvaluation.Gate("prose.loss", max: interval.Upper - 0.01, against: "average")).Met);
    }

    [Theory]
    [InlineData("mean.accuracy", "adder")]
    [InlineData("reversal.accuracy", "reverser")]
    [InlineData("prose.loss", "base")]
    public void The_best_parent_is_the_best_by_the_gates_own_metric(string metric, string name) =>
        Assert.Equal(name, Judge(SmallEvaluation.Gate(metric, min: -1, against: "best_parent")).Other);

    [Fact]
    public void A_base_that_gives_no_weights_is_no_parent()
    {
        var models = SmallEvaluation.Family();
        models[0] = models[0] with { IsParent = false };

        Assert.Equal("adder", Judge(SmallEvaluation.Gate("prose.loss", max: 1, against: "best_parent"), models).Other);
    }

    [Fact]
    public void A_texts_loss_is_compared_block_by_block()
    {
        var result = Judge(SmallEvaluation.Gate("prose.loss", max: 0.2, against: "base"));

        // an eighth of the difference between two blocks: standard error 0.1875 / 8 · √(24/23) / √24, and t is 2.069 on 23 degrees of freedom
        Assert.Equal(0.1875, result.Measured.Value);
        Assert.InRange(result.Measured.Interval!.Value.Upper, 0.1875 + (2.069 * 0.0048869), 0.2);
        Assert.Equal(GateVerdict.Passed, result.Verdict);
    }

    [Fact]
    public void A_gate_without_a_score_fails_with_the_reason()
    {
        var result = Judge(SmallEvaluation.Gate("sums.accuracy", min: 0), SmallEvaluation.WithoutForwardPass(ModelRole.Merged, "small"));

        Assert.False(result.Met);
        Assert.Contains("MambaForCausalLM", result.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public void A_parent_without_a_score_could_be_the_best_one_so_the_gate_fails()
    {
        var models = SmallEvaluation.Family();
        models[1] = SmallEvaluation.WithoutForwardPass(ModelRole.Parent, "adder", SmallEvaluation.Adder);

        var result = Judge(SmallEvaluation.Gate("mean.accuracy", min: -1, against: "best_parent"), models);

        Assert.False(result.Met);
        Assert.Contains("'adder' is not evaluated", result.Detail, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("average")]
    [InlineData("base")]
    [InlineData("best_parent")]
    public void A_comparison_with_a_model_that_is_not_there_fails(string against)
    {
        var merged = SmallEvaluation.Model(ModelRole.Merged, "small", null, 20, 20);

        Assert.False(Judge(SmallEvaluation.Gate("sums.accuracy", min: -1, against: against), merged).Met);
    }

    [Fact]
    public void An_expert_that_answers_nothing_has_no_share()
    {
        var models = SmallEvaluation.Family();
        models[1] = SmallEvaluation.Model(ModelRole.Parent, "adder", SmallEvaluation.Adder, sums: 0, reversal: 0);

        var result = Judge(SmallEvaluation.Gate("mean.expert_share", min: 0), models);

        Assert.False(result.Met);
        Assert.Contains("'adder' answers nothing on 'sums'", result.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public void A_metric_that_does_not_exist_fails() =>
        Assert.False(Judge(SmallEvaluation.Gate("sums.speed", min: 0)).Met);

    [Fact]
    public void The_verdict_is_a_sentence_with_the_numbers_that_disagree() =>
        Assert.Equal(
            "sums.accuracy = 0.9 (95 % interval 0.683 to 0.9877): below the 'min' of 0.99.",
            Judge(SmallEvaluation.Gate("sums.accuracy", min: 0.99)).Detail);

    [Fact]
    public void A_gate_that_says_no_becomes_a_diagnostic_of_a_decision()
    {
        var report = small.Evaluate(SmallEvaluation.Recipe(SmallEvaluation.Gate("sums.accuracy", min: 0.99)), SmallEvaluation.Family());

        Assert.False(report.Passed);
        Assert.Equal(("MOPS601", 12), report.Diagnostics().Where(d => d.Severity is Severity.Error).Select(d => (d.Code.Id, d.Span!.Value.Line)).Single());
    }

    private GateResult Judge(GateSettings gate, params ModelUnderTest[] models) =>
        Assert.Single(small.Evaluate(SmallEvaluation.Recipe(gate), models is [] ? SmallEvaluation.Family() : models).Gates);
}
