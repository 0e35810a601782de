using System.Collections.Immutable;
using MergeOps.Evaluation;
using MergeOps.Evaluation.Contract;
using MergeOps.Evaluation.External;
using MergeOps.Evaluation.Gates;
using MergeOps.Evaluation.Reports;
using MergeOps.Evaluation.Scores;
using MergeOps.Evaluation.Scoring;
using MergeOps.Recipes;
using Xunit;
using static MergeOps.Tests.Evaluation.SmallEvaluation;

namespace MergeOps.Tests.Evaluation.Gates;

public sealed class NotWorseThanTests : IDisposable
{
    private static readonly Figure Accuracy = new("hellaswag", new HarnessMetric("acc_norm"));

    private readonly SmallEvaluation small = new();

    public void Dispose() => small.Dispose();

    [Fact]
    public void Twenty_answers_that_are_the_same_do_not_show_that_two_models_are()
    {
        var gate = Judge(NotWorse("sums.accuracy"), Model(ModelRole.Published, "0.1.0", null, 18, 2), Model(ModelRole.Merged, "small", null, 18, 17));

        // 0 of 20 may be up to 1 - 0.025^(1/20) = 16.8 %
        Assert.Equal(GateVerdict.Undecided, gate.Verdict);
        Assert.Equal(("0.1.0", 0.0), (gate.Other, gate.Measured.Value));
        Assert.Equal(0.1684, gate.Measured.Interval!.Value.Upper, 4);
        Assert.Equal("sums.accuracy not worse than published", gate.Condition);
        Assert.True(Judge(NotWorse("sums.accuracy", 0.17), Model(ModelRole.Published, "0.1.0", null, 18, 2), Model(ModelRole.Merged, "small", null, 18, 17)).Met);
    }

    [Fact]
    public void A_model_is_not_worse_than_itself_however_few_items_there_are()
    {
        var published = Model(ModelRole.Published, "0.1.0", null, 18, 17) with { Digest = "the same" };
        var gate = Judge(NotWorse("prose.loss"), published, Model(ModelRole.Merged, "small", null, 18, 17) with { Digest = "the same" });

        Assert.Equal(GateVerdict.Passed, gate.Verdict);
        Assert.Null(gate.DetectableEffect);
        Assert.Equal("prose.loss − 0.1.0 = 0 (95 % interval 0 to 0), within bounds.", gate.Detail);
    }

    [Fact]
    public void The_end_of_the_paired_interval_must_lie_within_the_margin()
    {
        ModelUnderTest[] models = [Model(ModelRole.Published, "0.1.0", null, 19, 2), Model(ModelRole.Merged, "small", null, 18, 17)];
        var interval = Judge(NotWorse("sums.accuracy"), models).Measured.Interval!.Value;
        Assert.True(interval.Lower < -0.05, "one item of twenty is lost, and the interval says more could be");

        Assert.False(Judge(NotWorse("sums.accuracy"), models).Met);
        Assert.False(Judge(NotWorse("sums.accuracy", -interval.Lower - 0.01), models).Met);
        Assert.True(Judge(NotWorse("sums.accuracy", -interval.Lower), models).Met);
    }

    [Fact]
    public void Of_a_loss_the_upper_end_decides()
    {
        ModelUnderTest[] models = [Model(ModelRole.Published, "0.1.0", null, 19, 2, textLoss: 1.5), Model(ModelRole.Merged, "small", null, 18, 17, textLoss: 1.75)];
        var interval = Judge(NotWorse("prose.loss"), models).Measured.Interval!.Value;

        Assert.False(Judge(NotWorse("prose.loss", interval.Upper - 0.01), models).Met);
        Assert.True(Judge(NotWorse("prose.loss", interval.Upper), models).Met);
    }

    [Fact]
    public void A_first_version_passes_and_says_why()
    {
        var gate = Judge(NotWorse("sums.accuracy"), isFirst: true, Model(ModelRole.Merged, "small", null, 18, 17));

        Assert.True(gate.Met);
        Assert.Equal("sums.accuracy: nothing was published before this model to compare it with.", gate.Detail);
        Assert.True(Judge(Gate("sums.accuracy", min: 0, against: "published"), isFirst: true, Model(ModelRole.Merged, "small", null, 18, 17)).Met);
    }

    /// <summary>Otherwise the next version would have nothing to be compared with.</summary>
    [Fact]
    public void A_first_version_that_nobody_measured_fails_and_says_why()
    {
        var gate = Judge(NotWorse("hellaswag.acc_norm"), isFirst: true, Model(ModelRole.Merged, "small", null, 18, 17));

        Assert.False(gate.Met);
        Assert.Contains("hellaswag.acc_norm has no value, so the next version could not be compared with this one: there are no results of 'small'.", gate.Detail, StringComparison.Ordinal);
        Assert.Equal(GateVerdict.Failed, Judge(NotWorse("sums.accuracy"), isFirst: true, WithoutForwardPass(ModelRole.Merged, "other")).Verdict);
    }

    [Fact]
    public void The_same_loss_on_every_item_is_a_difference_of_exactly_0()
    {
        var gate = Judge(NotWorse("prose.loss"), Model(ModelRole.Published, "0.1.0", null, 19, 2, textLoss: 1.5), Model(ModelRole.Merged, "small", null, 18, 17, textLoss: 1.5));

        Assert.Equal((GateVerdict.Passed, 0, 0, 0), (gate.Verdict, gate.Measured.Value, gate.Measured.Interval!.Value.Lower, gate.Measured.Interval.Value.Upper));
    }

    [Fact]
    public void A_published_version_that_cannot_be_scored_fails_the_gate() =>
        Assert.False(Judge(NotWorse("sums.accuracy"), WithoutForwardPass(ModelRole.Published, "0.1.0"), Model(ModelRole.Merged, "small", null, 18, 17)).Met);

    [Theory]
    [InlineData(0.700, 0.695, 0.02, true, true)]
    [InlineData(0.700, 0.695, 0.01, true, false)]
    [InlineData(12.0, 12.1, 0.2, false, true)]
    [InlineData(12.0, 12.1, 0.1, false, false)]
    public void Scores_of_another_harness_are_compared_by_both_standard_errors(double published, double merged, double margin, bool higherIsBetter, bool met)
    {
        // √(0.003² + 0.004²) = 0.005, so the interval reaches 0.0098 to each side; the scores are no shares of 1000 items, which had more
        var gate = Judge(NotWorse("hellaswag.acc_norm", margin), Family(Score(published, 0.003, higherIsBetter), Score(merged, 0.004, higherIsBetter)));

        Assert.Equal(met, gate.Met);
        Assert.Equal(0.0098, (gate.Measured.Interval!.Value.Upper - gate.Measured.Interval.Value.Lower) / 2, 4);
        // (1.96 + 0.84) standard errors
        Assert.Equal(0.014, gate.DetectableEffect!.Value, 4);
        Assert.Contains("n = 1000, task version 1, 0-shot, not paired, scored by lm-evaluation-harness 4e7e0d4", gate.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public void Scores_that_were_measured_differently_are_not_compared()
    {
        var published = Score(0.7, 0.003);

        Assert.Contains("task versions differ (1 and 2)", Whynot(Score(0.7, 0.003), published with { TaskVersion = "2" }), StringComparison.Ordinal);
        Assert.Contains("numbers of items differ (1000 and 10042)", Whynot(Score(0.7, 0.003), published with { Count = 10042 }), StringComparison.Ordinal);
        Assert.Contains("numbers of examples differ (0 and 5)", Whynot(Score(0.7, 0.003), published with { Shots = 5 }), StringComparison.Ordinal);
        Assert.Contains("chat templates differ", Whynot(Score(0.7, 0.003), published with { ChatTemplate = "ab" }), StringComparison.Ordinal);
        Assert.Contains("task hashes", Whynot(Score(0.7, 0.003) with { TaskHash = "a" }, published with { TaskHash = "b" }), StringComparison.Ordinal);
        Assert.Contains("no standard error", Whynot(Score(0.7, null), published), StringComparison.Ordinal);
        Assert.Contains("is not a number", Whynot(ExternalScore.Missing("'acc' is not a number"), published), StringComparison.Ordinal);
    }

    [Fact]
    public void A_bound_on_one_score_without_a_standard_error_stays_undecided_and_the_advice_is_about_that_score()
    {
        var gate = Judge(Gate("hellaswag.acc_norm", min: 0.2), Family(null, Score(0.9, null)));

        Assert.Equal(GateVerdict.Undecided, gate.Verdict);
        Assert.Contains("no standard error above 0, so nothing shows how far it is from the true value: give the scores of single items too", gate.Detail, StringComparison.Ordinal);
        Assert.DoesNotContain("difference", gate.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public void A_direction_that_nobody_gives_decides_nothing()
    {
        var figure = new Figure("hellaswag", new HarnessMetric("my_score"));
        var score = Score(0.7, 0.003) with { HigherIsBetter = null };
        ModelUnderTest[] models = [.. Family(null, null).Select(model => model with { External = ImmutableDictionary<Figure, ExternalScore>.Empty.Add(figure, score) })];

        Assert.Contains("do not say whether larger values are better", Judge(NotWorse("hellaswag.my_score", 0.1), isFirst: false, models, "my_score").Detail, StringComparison.Ordinal);
    }

    [Fact]
    public void Samples_alone_meet_the_gate_by_the_direction_that_the_metrics_name_tells()
    {
        // 40 of 40 items are the same in both, so that nothing is lost
        var samples = SampleScores.Of(Enumerable.Range(0, 40).Select(item => ($"{item}", (string?)null, item % 4 == 0 ? 0.0 : 1)));
        var score = ExternalScore.Of(samples.Mean, null) with { Samples = samples, Count = 40 };

        var gate = Judge(NotWorse("hellaswag.acc_norm", 0.15), Family(score, score));

        Assert.Equal(GateVerdict.Passed, gate.Verdict);
        Assert.Equal(-0.15, gate.Lowest);
    }

    [Fact]
    public void A_plain_bound_on_an_external_score_is_like_any_other()
    {
        Assert.Equal(GateVerdict.Passed, Judge(Gate("hellaswag.acc_norm", min: 0.694), Family(null, Score(0.7, 0.003))).Verdict);
        Assert.Equal(GateVerdict.Undecided, Judge(Gate("hellaswag.acc_norm", min: 0.7), Family(null, Score(0.7, 0.003))).Verdict);
        Assert.Equal(GateVerdict.Failed, Judge(Gate("hellaswag.acc_norm", min: 0.706), Family(null, Score(0.7, 0.003))).Verdict);
        Assert.Contains("there are no results of 'small'", Judge(Gate("hellaswag.acc_norm", min: 0), Family(null, null)).Detail, StringComparison.Ordinal);
    }

    [Fact]
    public void An_interval_of_standard_errors_ends_where_a_share_ends()
    {
        Assert.Equal(1, Judge(Gate("hellaswag.acc_norm", min: 0.5), Family(null, Score(0.99, 0.02))).Measured.Interval!.Value.Upper);
        Assert.Equal(0, Judge(Gate("hellaswag.acc_norm", min: 0.5), Family(null, Score(0.01, 0.02))).Measured.Interval!.Value.Lower);
        Assert.Equal(1, Judge(NotWorse("hellaswag.acc_norm", 0.1), Family(Score(0.01, 0.02), Score(0.99, 0.02))).Measured.Interval!.Value.Upper);
    }

    [Fact]
    public void Every_report_shows_the_score_with_its_error_its_conditions_and_who_scored()
    {
        var report = small.Evaluate(
            WithExternal(Recipe(Gate("hellaswag.acc_norm", min: 0.5))), SmallEvaluation.Data, [], [.. Family(null, Score(0.7, 0.003)).Where(model => model.Role == ModelRole.Merged)]);

        const string Conditions = "n = 1000, task version 1, 0-shot, scored by lm-evaluation-harness 4e7e0d4";
        var markdown = EvaluationMarkdown.Write(report);
        Assert.Contains("0.7000 ± 0.0030", markdown, StringComparison.Ordinal);
        Assert.Contains($"`hellaswag.acc_norm of small: {Conditions}`", markdown, StringComparison.Ordinal);
        Assert.Contains("0.7000 &#177; 0.0030", EvaluationHtml.Write(report), StringComparison.Ordinal);
        Assert.Contains(Conditions, EvaluationHtml.Write(report), StringComparison.Ordinal);
        Assert.Contains(Conditions, EvaluationJUnit.Write(report), StringComparison.Ordinal);
        var json = System.Text.Json.Nodes.JsonNode.Parse(EvaluationJson.Write(report))!;
        Assert.Equal("""[{"metric":"acc_norm","name":"hellaswag","task":"hellaswag_v1"}]""", json["external"]!.ToJsonString());
        Assert.Equal(0.003, (double)json["models"]![0]!["external"]!["hellaswag.acc_norm"]!["stderr"]!);
    }

    private static GateSettings NotWorse(string metric, double? margin = null) => Gate(metric) with
    {
        NotWorseThan = At("published"),
        Margin = margin is { } allowed ? At(allowed) : null,
    };

    private static ExternalScore Score(double value, double? error, bool higherIsBetter = true) => ExternalScore.Of(value, error) with
    {
        Count = 1000,
        TaskVersion = "1",
        Shots = 0,
        HigherIsBetter = higherIsBetter,
        Harness = "4e7e0d4",
    };

    private static ModelUnderTest[] Family(ExternalScore? published, ExternalScore? merged) =>
    [
        With(Model(ModelRole.Published, "0.1.0", null, 1, 1), published),
        With(Model(ModelRole.Merged, "small", null, 1, 1), merged),
    ];

    private static ModelUnderTest With(ModelUnderTest model, ExternalScore? score) => score is null
        ? model
        : model with { External = ImmutableDictionary<Figure, ExternalScore>.Empty.Add(Accuracy, score) };

    private static Recipe WithExternal(Recipe recipe, string metric = "acc_norm") => recipe with
    {
        Evaluate = recipe.Evaluate! with { External = [new(At("hellaswag"), At("hellaswag_v1"), At(metric), Anywhere)] },
    };

    private string Whynot(ExternalScore merged, ExternalScore published)
    {
        var gate = Judge(NotWorse("hellaswag.acc_norm", 1), Family(published, merged));
        Assert.False(gate.Met);
        return gate.Detail;
    }

    private GateResult Judge(GateSettings gate, params ModelUnderTest[] models) => Judge(gate, isFirst: false, models);

    private GateResult Judge(GateSettings gate, bool isFirst, params ModelUnderTest[] models) => Judge(gate, isFirst, models, "acc_norm");

    private GateResult Judge(GateSettings gate, bool isFirst, ModelUnderTest[] models, string metric) =>
        new Evaluator(new ScoreCache(small.CacheFolder), Catalogue)
            .Evaluate(WithExternal(Recipe(gate), metric), SmallEvaluation.Data, models, [], progress: null, CancellationToken.None, isFirstVersion: isFirst)
            .Gates.Single();
}
