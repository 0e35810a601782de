using MergeOps.Diagnostics;
using MergeOps.Evaluation;
using MergeOps.Evaluation.Contract;
using MergeOps.Evaluation.Data;
using MergeOps.Evaluation.Metrics;
using MergeOps.Evaluation.Scores;
using MergeOps.Evaluation.Scoring;
using MergeOps.Evaluation.Tasks;
using Xunit;

namespace MergeOps.Tests.Evaluation;

public sealed class EvaluatorTests : IDisposable
{
    private readonly SmallEvaluation small = new();

    public void Dispose() => small.Dispose();

    [Fact]
    public void Accuracy_loss_and_share_are_those_of_the_definitions()
    {
        var merged = Merged(small.Evaluate(SmallEvaluation.Recipe(), SmallEvaluation.Family()));

        // 18 of 20 right; loss per token (18 · 0.25 + 2 · 3) / 40; the expert answers 20 of 20 and 18 of 20
        Assert.Equal(0.9, Value(merged, "sums", new Accuracy()));
        Assert.Equal(10.5 / 40, Value(merged, "sums", new Loss()));
        Assert.Equal(0.9, Value(merged, "sums", new ExpertShare()));
        Assert.Equal(17.0 / 18, Value(merged, "reversal", new ExpertShare()), 12);
        Assert.Equal((0.9 + 0.85) / 2, Value(merged, Figure.Mean, new Accuracy()), 12);
        Assert.Equal((0.9 + (17.0 / 18)) / 2, Value(merged, Figure.Mean, new ExpertShare()), 12);
        Assert.Equal(1.6875, Value(merged, "prose", new Loss()));
    }

    [Fact]
    public void The_accuracy_on_one_task_has_the_exact_interval()
    {
        var interval = Merged(small.Evaluate(SmallEvaluation.Recipe(), SmallEvaluation.Family())).Figures[new("sums", new Accuracy())].Interval!.Value;

        // binom.test(18, 20) of R
        Assert.Equal(0.6830173, interval.Lower, 0.5e-7);
        Assert.Equal(0.9876515, interval.Upper, 0.5e-7);
    }

    [Fact]
    public void Models_come_in_the_order_of_their_roles()
    {
        var report = small.Evaluate(SmallEvaluation.Recipe(), [.. SmallEvaluation.Family().Reverse()]);

        Assert.Equal(["base", "reverser", "adder", "plain average", "small"], report.Models.Select(model => model.Result.Name));
    }

    [Fact]
    public void The_merged_model_is_compared_with_the_best_parent_the_average_and_the_base()
    {
        var report = small.Evaluate(SmallEvaluation.Recipe(), SmallEvaluation.Family());

        Assert.Equal(["adder", "plain average", "base"], report.Comparisons.Select(comparison => comparison.Other));
        Assert.Equal(0.875 - 0.55, report.Comparisons[0].Difference.Value!.Value, 12);
    }

    [Fact]
    public void A_file_that_is_both_a_task_and_a_text_is_scored_as_each()
    {
        var both = new EvaluationData(
            [new("one", SmallEvaluation.Kind, [new PromptItem("sums 1", "1")], new string('5', 64))], [new("prose", SmallEvaluation.Prose, new string('5', 64))]);
        var recipe = SmallEvaluation.Recipe() with { Evaluate = null };
        var model = SmallEvaluation.Model(ModelRole.Merged, "small", null, sums: 20, reversal: 20, textLoss: 2);

        var first = small.Evaluate(recipe, both, [], model);
        var again = small.Evaluate(recipe, both, [], SmallEvaluation.WithoutForwardPass(ModelRole.Merged, "small"));

        Assert.Equal(2, LossPerToken(first, 1));
        Assert.Equal(FakeLanguageModel.LossWhenRight, LossPerToken(again, 0));
        Assert.Equal(2, LossPerToken(again, 1));
    }

    [Fact]
    public void Remembered_scores_need_no_model()
    {
        var recipe = SmallEvaluation.Recipe();
        var first = small.Evaluate(recipe, SmallEvaluation.Family());
        var again = small.Evaluate(
            recipe, [.. SmallEvaluation.Family().Select(model => SmallEvaluation.WithoutForwardPass(model.Role, model.Name, model.Reference))]);

        Assert.DoesNotContain(again.Notes, note => note.Code.Id == "MOPS623");
        Assert.Equal(
            first.Models.Select(model => model.Figures[new(Figure.Mean, new Loss())]),
            again.Models.Select(model => model.Figures[new(Figure.Mean, new Loss())]));
    }

    [Fact]
    public void A_model_without_digest_is_measured_every_time()
    {
        var model = new FakeLanguageModel(_ => true);
        var merged = SmallEvaluation.Opening(ModelRole.Merged, "small", null, model) with { Digest = null };

        small.Evaluate(SmallEvaluation.Recipe(), merged);
        small.Evaluate(SmallEvaluation.Recipe(), merged);

        Assert.Equal(6, model.Calls);
        Assert.False(Directory.Exists(small.CacheFolder));
    }

    [Fact]
    public void A_model_is_closed_after_its_scores()
    {
        var model = new FakeLanguageModel(_ => true);

        small.Evaluate(SmallEvaluation.Recipe(), SmallEvaluation.Opening(ModelRole.Merged, "small", null, model));

        Assert.True(model.IsDisposed);
    }

    [Fact]
    public void A_model_without_forward_pass_becomes_a_row_with_the_reason()
    {
        var report = small.Evaluate(SmallEvaluation.Recipe(), SmallEvaluation.WithoutForwardPass(ModelRole.Merged, "small"));

        Assert.Contains("MambaForCausalLM", Merged(report).Result.WhyNot, StringComparison.Ordinal);
        Assert.False(Merged(report).Figures[new("sums", new Accuracy())].Exists);
        Assert.Equal(("MOPS623", Severity.Note), report.Notes.Select(note => (note.Code.Id, note.Severity)).Single());
    }

    [Fact]
    public void A_model_that_gives_no_number_has_no_loss_and_answers_nothing()
    {
        var broken = new FakeLanguageModel(_ => true, textLoss: double.NaN);

        var merged = Merged(small.Evaluate(SmallEvaluation.Recipe(), SmallEvaluation.Opening(ModelRole.Merged, "small", null, broken)));

        Assert.Contains("no finite loss", merged.Figures[new("prose", new Loss())].WhyNot, StringComparison.Ordinal);
    }

    [Fact]
    public void Cancellation_stops_the_measurement()
    {
        var evaluator = new Evaluator(new ScoreCache(small.CacheFolder), SmallEvaluation.Catalogue);

        Assert.Throws<OperationCanceledException>(() => evaluator.Evaluate(
            SmallEvaluation.Recipe(), SmallEvaluation.Data, SmallEvaluation.Family(), [], progress: null, new CancellationToken(canceled: true)));
    }

    private static double LossPerToken(EvaluationReport report, int subject)
    {
        var scores = Assert.Single(report.Models).Result.Scores[subject]!;
        return scores[ScoreColumn.Loss].Sum() / scores[ScoreColumn.Tokens].Sum();
    }

    private static ModelReport Merged(EvaluationReport report) => report.Models.Single(model => model.Result.Role == ModelRole.Merged);

    private static double Value(ModelReport model, string subject, Metric metric) => model.Figures[new(subject, metric)].Value!.Value;
}
