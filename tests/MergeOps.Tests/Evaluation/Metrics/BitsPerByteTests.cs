using System.Text;
using System.Text.Json.Nodes;
using MergeOps.Diagnostics;
using MergeOps.Evaluation;
using MergeOps.Evaluation.Contract;
using MergeOps.Evaluation.Data;
using MergeOps.Evaluation.Gates;
using MergeOps.Evaluation.Metrics;
using MergeOps.Evaluation.Reports;
using MergeOps.Evaluation.Scores;
using MergeOps.Evaluation.Scoring;
using MergeOps.Models;
using MergeOps.Recipes;
using MergeOps.Runtime;
using MergeOps.Tests.Models;
using Xunit;
using static MergeOps.Tests.Evaluation.SmallEvaluation;

namespace MergeOps.Tests.Evaluation.Metrics;

public sealed class BitsPerByteTests : IDisposable
{
    private static readonly EvaluationCatalogue WithBits = new([Kind], [new Loss(), new BitsPerByte()]);

    private readonly SmallEvaluation small = new();

    public void Dispose() => small.Dispose();

    [Fact]
    public void It_is_measured_on_texts_and_not_on_tasks()
    {
        Assert.Equal(["loss", "bits_per_byte"], WithBits.MetricsOf(new TextData("prose", "a", "").Kind).Select(metric => metric.Name));
        Assert.DoesNotContain(WithBits.MetricsOf(Kind), metric => metric is BitsPerByte);
    }

    /// <summary>Of 257 tokens that are all as likely, and one token a byte: log₂ 257 bits.</summary>
    [Theory]
    [InlineData("A line of a text.\nAnother one.\n")]
    [InlineData("Zwölf Boxkämpfer 😀 jagen 日本.\n")]
    public void A_model_that_knows_nothing_needs_the_logarithm_of_its_vocabulary_for_each_byte(string line)
    {
        TorchRuntime.EnsureLoaded();
        using var model = new LanguageModel(
            TinyModel.Create(TinyModel.Config with { VocabularySize = 257, ContextLength = 32 }), TinyModel.Tokenizer);
        var text = new TextData("prose", string.Concat(Enumerable.Repeat(line, 60)), "");
        var scores = text.Complete(text.Kind.Score(model, text.Items, TestContext.Current.CancellationToken));

        var part = new BitsPerByte().Of(new(text, scores, null));

        Assert.Equal(Encoding.UTF8.GetByteCount(text.Text), scores[ScoreColumn.Bytes].Sum());
        Assert.Equal(8.005624549193878, part.Value, 5);
    }

    /// <summary>Two halves of equal losses, one of letters of one byte and one of letters of two: 2 · 128 nats over 128 + 256 bytes.</summary>
    [Fact]
    public void Bytes_weigh_and_not_blocks()
    {
        var text = new TextData("prose", new string('a', 127) + "\n" + new string('é', 128), "");
        var scores = text.Complete(text.Kind.Score(new FakeLanguageModel(_ => true, textLoss: 1), text.Items, TestContext.Current.CancellationToken));

        Assert.Equal(2, text.Items.Length);
        // the fake's losses are 1.125 and 0.875 nats a character in turn
        Assert.Equal(((1.125 * 128) + (0.875 * 128)) / ((128 + 256) * Math.Log(2)), new BitsPerByte().Of(new(text, scores, null)).Value, 12);
    }

    [Fact]
    public void Gates_bound_it_and_know_that_less_is_better()
    {
        // 1.6875 nats a character of one byte
        var report = Evaluate(
            Gate("prose.bits_per_byte", max: 3),
            Gate("prose.bits_per_byte", min: 0, against: "base"),
            Gate("prose.bits_per_byte") with { NotWorseThan = At("base"), Margin = At(0.5) },
            Gate("prose.bits_per_byte") with { NotWorseThan = At("base"), Margin = At(0.1) });

        Assert.Equal(1.6875 / Math.Log(2), report.Models[^1].Figures[new("prose", new BitsPerByte())].Value!.Value, 12);
        Assert.Equal([GateVerdict.Passed, GateVerdict.Passed, GateVerdict.Passed, GateVerdict.Failed], report.Gates.Select(gate => gate.Verdict));
        Assert.Equal((24, "block"), (report.Gates[0].Measured.Sample!.Items, report.Gates[0].Measured.Sample!.Unit));
    }

    [Fact]
    public void A_bound_that_decides_nothing_is_found_without_a_model()
    {
        var found = new DiagnosticBag();
        new EvaluationRules(WithBits).Check(Recipe(Gate("prose.bits_per_byte", max: -1), Gate("sums.bits_per_byte", max: 1)), found);

        Assert.Equal(
            ["'prose.bits_per_byte' is at least 0, so 'max' -1 always gives the same verdict.", "'sums.bits_per_byte' is not measured; of 'sums' there are 'accuracy', 'loss'."],
            found.Select(mistake => mistake.Detail));
    }

    [Fact]
    public void Every_report_shows_it()
    {
        var report = Evaluate(Gate("prose.bits_per_byte", max: 3));

        Assert.Equal(2.435, (double)JsonNode.Parse(EvaluationJson.Write(report))!["models"]!.AsArray()[^1]!["figures"]!["prose.bits_per_byte"]!["value"]!);
        Assert.Contains("loss 1.688<br>bits per byte 2.435", EvaluationMarkdown.Write(report), StringComparison.Ordinal);
        Assert.Contains("data-column=\"bits per byte\">2.435 <small>", EvaluationHtml.Write(report), StringComparison.Ordinal);
        Assert.Contains("name=\"prose.bits_per_byte ≤ 3\"", EvaluationJUnit.Write(report), StringComparison.Ordinal);
    }

    private EvaluationReport Evaluate(params GateSettings[] gates) =>
        new Evaluator(new ScoreCache(small.CacheFolder), WithBits).Evaluate(Recipe(gates), SmallEvaluation.Data, Family(), [], progress: null, CancellationToken.None);
}
