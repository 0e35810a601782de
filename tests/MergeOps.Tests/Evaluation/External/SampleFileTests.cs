using System.Collections.Immutable;
using System.Globalization;
using System.Text;
using MergeOps.Diagnostics;
using MergeOps.Evaluation.Contract;
using MergeOps.Evaluation.External;
using MergeOps.Evaluation.Scores;
using MergeOps.Pipeline.Scoring;
using Xunit;

namespace MergeOps.Tests.Evaluation.External;

/// <summary>Scores of single items by other tools give paired differences, as those of our own tasks do.</summary>
public sealed class SampleFileTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void Samples_of_the_harness_are_matched_by_the_hash_of_the_document_in_whatever_order()
    {
        var merged = Score("acc", Logged("samples_arc_2026-08-21T10-11-12.5.jsonl", [("a", 1), ("b", 1), ("c", 0), ("d", 1), ("e", 1), ("f", 1)]));
        var other = Score("acc", Logged("samples_arc.jsonl", [("f", 0), ("e", 0), ("d", 0), ("c", 0), ("b", 1), ("a", 1)]));

        // 3 of 6 items are right here alone, none there alone
        var difference = Difference(merged, other);
        Assert.Equal(0.5, difference.Value!.Value, 12);
        Assert.Equal(5 / 6.0, merged.Value!.Value, 12);
        // two runs that are not paired leave room for less than nothing
        Assert.True(difference.Interval!.Value.Lower > -0.1);
        Assert.Equal(6, difference.Sample!.Items);
    }

    [Fact]
    public void A_difference_of_means_is_that_of_a_paired_t_test_where_the_scores_are_no_shares()
    {
        double[] one = [0.61, 0.55, 0.72, 0.44, 0.83, 0.51, 0.66, 0.39], two = [0.58, 0.50, 0.73, 0.40, 0.78, 0.50, 0.60, 0.35];

        var difference = Difference(Score("score", Own("samples_arc.jsonl", one)), Score("score", Own("other/samples_arc.jsonl", two)));

        // differences 0.03 0.05 -0.01 0.04 0.05 0.01 0.06 0.04: mean 0.03375, standard deviation 0.023261, t(7) = 2.3646
        Assert.Equal(0.03375, difference.Value!.Value, 12);
        Assert.True(difference.Interval!.Value.Lower <= 0.03375 - (2.3646 * 0.023261 / Math.Sqrt(8)) + 1e-4);
        Assert.True(difference.Interval!.Value.Upper >= 0.03375 + (2.3646 * 0.023261 / Math.Sqrt(8)) - 1e-4);
    }

    [Fact]
    public void An_item_without_a_number_is_no_reason_to_score_the_others_alone()
    {
        var path = Write("samples_arc.jsonl", """
            {"doc_id": 0, "filter": "none", "metrics": ["acc"], "doc_hash": "a", "acc": NaN}
            {"doc_id": 1, "filter": "none", "metrics": ["acc"], "doc_hash": "b", "acc": 1.0}
            {"doc_id": 2, "filter": "none", "metrics": ["acc"], "doc_hash": "c", "acc": 1.0}

            """);

        var score = Score("acc", path);

        Assert.Null(score.Value);
        Assert.Contains("1 of 3 samples", score.WhyNot, StringComparison.Ordinal);
    }

    [Fact]
    public void Related_items_count_as_a_group()
    {
        var path = Write("samples_arc.jsonl", """
            {"id": 1, "group": "x", "score": 1}
            {"id": 2, "group": "x", "score": true}

            {"id": "3", "group": null, "score": 0.0}
            """);

        var score = Score("score", path);

        Assert.Equal((2 / 3.0, 3L, 2L), (score.Figure.Value!.Value, score.Figure.Sample!.Items, score.Figure.Sample.Groups));
        Assert.Equal((true, "scored by another tool"), (score.HigherIsBetter, score.Scorer));
    }

    [Theory]
    [InlineData("toy_loss", false)]
    [InlineData("acc", true)]
    [InlineData("my_score", true)]
    public void Of_own_lines_more_is_better_unless_the_metrics_name_says_the_opposite(string metric, bool largerIsBetter)
    {
        var (model, figure) = With(metric, Score(metric, Own("samples_arc.jsonl", [0.5, 0.75])));

        Assert.Equal(largerIsBetter, figure.Metric.LargerIsBetter(model, figure));
    }

    [Fact]
    public void Own_lines_name_no_metric_so_they_are_not_the_scores_of_two()
    {
        var path = Own("samples_arc.jsonl", [1, 0]);
        DiagnosticBag found = [];

        Assert.Null(ExternalScores.InFiles([ExternalMetric.Of("arc", "arc", "acc"), ExternalMetric.Of("arc_f1", "arc", "f1")], [path], found));
        Assert.Contains("'acc' and 'f1' of 'arc'", Assert.Single(found).Detail, StringComparison.Ordinal);
        Assert.NotNull(ExternalScores.InFiles([ExternalMetric.Of("arc", "arc", "acc"), ExternalMetric.Of("other", "other", "f1")], [path], []));
    }

    [Fact]
    public void Samples_alone_are_compared_with_results_by_their_items()
    {
        var alone = Score("acc", Logged("samples_arc.jsonl", [("a", 1), ("b", 0), ("c", 1)]));
        var withResults = Score("acc", Logged("other/samples_arc.jsonl", [("c", 0), ("b", 0), ("a", 1)])) with { TaskVersion = "1", Shots = 0, Harness = "4e7e0d4" };
        var otherItems = Score("acc", Logged("third/samples_arc.jsonl", [("c", 0), ("b", 0), ("x", 1)])) with { TaskVersion = "1", Shots = 0 };

        Assert.Equal((null, null), (alone.Incomparable(withResults), withResults.Incomparable(alone)));
        Assert.NotNull(alone.Incomparable(otherItems));
        Assert.Contains("the items differ", alone.Incomparable(otherItems), StringComparison.Ordinal);
        Assert.Contains("task versions differ", withResults.Incomparable(withResults with { TaskVersion = "2" }), StringComparison.Ordinal);
    }

    [Fact]
    public void Of_samples_and_results_of_other_items_the_items_are_the_reason_and_not_what_samples_never_say()
    {
        var alone = Score("acc", Logged("samples_arc.jsonl", [("a", 1), ("b", 0), ("c", 1)]));
        var published = Score("acc", Logged("other/samples_arc.jsonl", [("a", 0), ("b", 0), ("c", 1), ("d", 1)])) with { TaskVersion = "1", Shots = 0, ChatTemplate = "ab", Harness = "4e7e0d4" };

        Assert.Equal(["the numbers of items differ (3 and 4)", "the numbers of items differ (4 and 3)"], [alone.Incomparable(published), published.Incomparable(alone)]);
        // without its samples nobody can tell whether the three items are the same
        Assert.Equal("the task version is known for only one of them (unknown and 1)", alone.Incomparable(published with { Samples = null, Count = 3 }));
    }

    /// <summary>What the harness logs says nothing of the direction; the metric's name does.</summary>
    [Theory]
    [InlineData("acc_norm", true)]
    [InlineData("exact_match", true)]
    [InlineData("f1", true)]
    [InlineData("bleu", true)]
    [InlineData("rouge1", true)]
    [InlineData("mcc", true)]
    [InlineData("word_perplexity", false)]
    [InlineData("bits_per_byte", false)]
    [InlineData("brier_score", false)]
    [InlineData("my_score", null)]
    public void A_metrics_name_tells_the_direction_where_the_results_do_not(string metric, bool? largerIsBetter)
    {
        var (model, figure) = With(metric, ExternalScore.Of(2, null));

        Assert.Equal(largerIsBetter, figure.Metric.LargerIsBetter(model, figure));
    }

    [Fact]
    public void What_the_results_say_of_the_direction_counts_more_than_the_name()
    {
        var (model, figure) = With("acc", ExternalScore.Of(0.5, null) with { HigherIsBetter = false });

        Assert.False(figure.Metric.LargerIsBetter(model, figure));
        var samples = Score("acc", Logged("samples_arc.jsonl", [("a", 1), ("b", 0)]));
        Assert.Null((samples with { HigherIsBetter = true }).Incomparable(samples));
        Assert.NotNull((samples with { HigherIsBetter = true }).Incomparable(samples with { HigherIsBetter = false }));
    }

    [Theory]
    [InlineData("perplexity")]
    [InlineData("word_perplexity")]
    [InlineData("bits_per_byte")]
    public void Log_likelihoods_of_samples_are_no_perplexity(string metric)
    {
        var path = Write("samples_arc.jsonl", $$"""{"doc_id": 0, "doc_hash": "a", "filter": "none", "metrics": ["{{metric}}"], "{{metric}}": -3.5}""");

        Assert.Equal($"samples hold log-likelihoods for '{metric}', from which the harness computes the figure; give its results file, too", Score(metric, path).WhyNot);
    }

    [Fact]
    public void Samples_of_another_run_than_the_results_are_told_of()
    {
        var samples = Logged("samples_arc.jsonl", [("a", 1), ("b", 0), ("c", 1), ("d", 1)]);
        const string Results = """{"results": {"arc": {"acc,none": VALUE, "acc_stderr,none": 0.25}}, "n-samples": {"arc": {"original": 4, "effective": COUNT}}}""";
        DiagnosticBag found = [];

        string Told(string value, string count)
        {
            found = [];
            ExternalScores.InFiles([ExternalMetric.Of("arc", "arc", "acc")], [Write("results.json", Results.Replace("VALUE", value, StringComparison.Ordinal).Replace("COUNT", count, StringComparison.Ordinal)), samples], found);
            return string.Join('\n', found.Select(finding => $"{finding.Code.Id} {finding.Severity}: {finding.Detail}"));
        }

        Assert.Equal("", Told("0.75", "4"));
        Assert.Equal("MOPS613 Warning: The samples are from a different run than the results, so differences are not paired: their mean of 'acc' is 0.75, and the results say 0.5. Give the samples that were logged with the results.", Told("0.5", "4"));
        Assert.Contains("there are 4 of them, and 'arc.acc' was measured on 100 items", Told("0.5", "100"), StringComparison.Ordinal);
    }

    [Fact]
    public void Samples_with_the_mean_of_the_results_are_of_another_run_where_their_number_is_another()
    {
        var samples = Logged("samples_arc.jsonl", [("a", 1), ("b", 0), ("c", 1), ("d", 1)]);
        var results = Write("results.json", """{"results": {"arc": {"acc,none": 0.75, "acc_stderr,none": 0.05}}, "n-samples": {"arc": {"original": 100, "effective": 100}}}""");
        DiagnosticBag found = [];

        var score = ExternalScores.InFiles([ExternalMetric.Of("arc", "arc", "acc")], [results, samples], found)!.Values.Single();

        Assert.Contains("there are 4 of them, and 'arc.acc' was measured on 100 items", Assert.Single(found).Detail, StringComparison.Ordinal);
        Assert.Equal((0.75, 100L, null), (score.Value, score.Count, score.Samples));
    }

    [Fact]
    public void A_file_of_which_nothing_counts_is_told_of()
    {
        DiagnosticBag found = [];

        var scores = ExternalScores.InFiles([ExternalMetric.Of("arc", "arc", "acc")], [Logged("samples_arc.jsonl", [("a", 1)]), Logged("samples_other.jsonl", [("a", 1)])], found)!;

        Assert.Equal(1, scores.Values.Single().Value);
        Assert.Equal("Nothing in it counts: the samples are of the task 'other', not of 'arc'.", Assert.Single(found).Detail);
    }

    [Fact]
    public void The_harness_says_the_figure_and_the_samples_how_it_varies_where_they_are_its_mean()
    {
        var samples = Logged("samples_arc.jsonl", [("a", 1), ("b", 0), ("c", 1), ("d", 1)]);
        var results = Write("results.json", """{"results": {"arc": {"acc,none": 0.75, "acc_stderr,none": 0.25}}, "versions": {"arc": 1}, "higher_is_better": {"arc": {"acc": true}}}""");
        var others = Write("others.json", """{"results": {"arc": {"acc,none": 0.5, "acc_stderr,none": 0.25}}}""");

        var joined = InFiles("acc", results, samples);
        var apart = InFiles("acc", others, samples);

        Assert.Equal((0.75, "1", true), (joined.Value, joined.TaskVersion, joined.HigherIsBetter));
        Assert.NotNull(joined.Samples);
        Assert.Equal(0.5, apart.Value);
        Assert.Null(apart.Samples);
    }

    [Fact]
    public void Other_items_are_not_compared()
    {
        var difference = Difference(Score("acc", Logged("samples_arc.jsonl", [("a", 1), ("b", 0)])), Score("acc", Logged("other/samples_arc.jsonl", [("a", 1), ("c", 0)])));

        Assert.Contains("the items differ, as their ids show: 1 of the 2 of one are not among the 2 of the other, such as 'b'", difference.WhyNot, StringComparison.Ordinal);
    }

    [Fact]
    public void Where_one_model_was_asked_more_the_items_that_the_other_lacks_are_counted()
    {
        var few = Score("acc", Logged("samples_arc.jsonl", [("a", 1), ("b", 0)])).Samples!;
        var many = Score("acc", Logged("other/samples_arc.jsonl", [("a", 1), ("b", 0), ("c", 0), ("d", 1)])).Samples!;

        Assert.Equal(": 2 of the 4 of one are not among the 2 of the other, such as 'c'", few.Others(many));
        Assert.Equal(few.Others(many), many.Others(few));
    }

    [Fact]
    public void One_document_twice_and_several_filters_are_told_apart()
    {
        var path = Write("samples_arc.jsonl", """
            {"doc_id": 0, "doc_hash": "a", "filter": "strict", "metrics": ["em"], "em": 1.0}
            {"doc_id": 1, "doc_hash": "a", "filter": "strict", "metrics": ["em"], "em": 0.0}
            {"doc_id": 0, "doc_hash": "a", "filter": "flexible", "metrics": ["em"], "em": 1.0}
            {"doc_id": 1, "doc_hash": "a", "filter": "flexible", "metrics": ["em", "ppl"], "em": 1.0, "ppl": [-1.5, NaN]}
            """);

        Assert.Equal((0.5, 2L), (Score("em,strict", path).Value, Score("em,strict", path).Count));
        Assert.Equal(1.0, Score("em,flexible", path).Value);
        Assert.Equal("the samples have several filters for 'em'; name one of 'em,strict', 'em,flexible'", Score("em", path).WhyNot);
        Assert.Equal("no sample has a number for the metric 'ppl'; if the harness computes the figure from all samples together, give its results file, too", Score("ppl", path).WhyNot);
    }

    [Fact]
    public void Every_line_that_is_no_sample_is_told_with_its_number()
    {
        DiagnosticBag found = [];
        var path = Write("samples_arc.jsonl", "\uFEFF{\"id\": 1, \"score\": 1}\n[1]\n{\"id\": 2}\n{\"id\": 1, \"score\": 0}\r\n\n{\"id\": 3, \"score\": \"high\"}\n{\"id\": 4, \"score\": NaN}\n{\"id\": 5, \"scores\": 1}\n{\"id\": 6, \"score\": 1\n{\"doc_id\": 1}\n{\"id\": 7, \"score\": 1, \"group\": []}");

        Assert.Null(ResultsFile.Read(path, found));

        Assert.Equal([2, 3, 4, 6, 7, 8, 9, 10, 11], found.Select(finding => finding.Span!.Value.Line));
        Assert.All(found, finding => Assert.Equal("MOPS617", finding.Code.Id));
    }

    [Theory]
    [InlineData("", "It holds no sample.")]
    [InlineData("\n \n", "It holds no sample.")]
    public void An_empty_file_is_none(string text, string detail)
    {
        DiagnosticBag found = [];

        Assert.Null(ResultsFile.Read(Write("samples_arc.jsonl", text), found));
        Assert.Equal(detail, Assert.Single(found).Detail);
    }

    [Fact]
    public void Lines_are_read_whatever_their_length_up_to_a_limit()
    {
        var text = new string('x', 100_000);
        var lines = Encoding.UTF8.GetBytes($"{text}\n\n{text}1\n2");

        Assert.Equal([(1, 100_000), (3, 100_001), (4, 1)], JsonLines.In(new MemoryStream(lines)).Select(line => (line.Number, line.Line!.Length)));
        Assert.Null(JsonLines.In(new MemoryStream(new byte[JsonLines.MaxLineBytes + 1])).Last().Line);
    }

    [Fact]
    public void Results_of_MTEB_give_their_figure_and_are_paired_by_their_experiments()
    {
        var one = InFiles("accuracy", Write("a.json", Mteb([0.7, 0.72, 0.74])));
        var two = InFiles("accuracy", Write("b.json", Mteb([0.69, 0.72, 0.71])));

        Assert.Equal((0.72, "scored by MTEB 1.34.0", "abc"), (Math.Round(one.Value!.Value, 12), one.Scorer, one.TaskVersion));
        // 0.01, 0, 0.03
        Assert.Equal(0.04 / 3, Difference(one, two).Value!.Value, 12);
        Assert.NotNull(Difference(one, two).Interval);
        Assert.Equal("the task 'arc' has no metric 'f1'", InFiles("f1", Write("a.json", Mteb([0.5, 0.5]))).WhyNot);
        Assert.Equal("'accuracy,test,default' of the task 'arc' is not a number", InFiles("accuracy", Write("a.json", Mteb([0.5]).Replace("\"accuracy\": 0.5, \"main", "\"accuracy\": \"N/A\", \"main", StringComparison.Ordinal))).WhyNot);
    }

    [Fact]
    public void Samples_are_kept_with_the_evaluation_for_the_next_versions_comparison()
    {
        var score = Score("score", Own("samples_arc.jsonl", [0.5, 0.75, 0.25]));
        var wanted = ExternalMetric.Of("arc", "arc", "score");

        var read = ExternalScoresJson.Read(ExternalScoresJson.Write(ImmutableDictionary<Figure, ExternalScore>.Empty.Add(wanted.Figure, score))[wanted.Figure.ToString()]!.AsObject());

        Assert.Equal((score.Samples!.Ids, "another tool"), (read.Samples!.Ids, read.Tool));
        Assert.Equal(score.Samples.Scores, read.Samples.Scores);
    }

    private static (ModelResult Model, Figure Figure) With(string metric, ExternalScore score)
    {
        var figure = ExternalMetric.Of("arc", "arc", metric).Figure;
        return (new(ModelRole.Merged, "model", null, null) { External = ImmutableDictionary<Figure, ExternalScore>.Empty.Add(figure, score) }, figure);
    }

    private static string Mteb(double[] experiments) => """
        {"dataset_revision": "abc", "task_name": "arc", "mteb_version": "1.34.0", "evaluation_time": 12.5,
         "scores": {"test": [{"hf_subset": "default", "languages": ["eng-Latn"], "accuracy": MEAN, "main_score": 0.7, "scores_per_experiment": [EACH]}]}}
        """
        .Replace("MEAN", Text(experiments.Average()), StringComparison.Ordinal)
        .Replace("EACH", string.Join(", ", experiments.Select(value => "{\"accuracy\": " + Text(value) + "}")), StringComparison.Ordinal);

    private static string Text(double value) => value.ToString("R", CultureInfo.InvariantCulture);

    private string Logged(string name, (string Hash, int Score)[] samples) => Write(name, string.Concat(samples.Select((sample, index) =>
        $$"""{"doc_id": {{index}}, "target": "0", "filter": "none", "metrics": ["acc"], "doc_hash": "{{sample.Hash}}", "prompt_hash": "p", "acc": {{sample.Score}}.0}""" + "\n")));

    private string Own(string name, double[] scores) => Write(name, string.Concat(scores.Select((score, index) =>
        string.Create(CultureInfo.InvariantCulture, $$"""{"id": "item {{index}}", "score": {{score}}}""") + "\n")));

    private string Write(string name, string text) => folder.Write(name, Encoding.UTF8.GetBytes(text));

    private static ExternalScore Score(string metric, string path)
    {
        DiagnosticBag found = [];
        return (ResultsFile.Read(path, found) ?? throw new ArgumentException(string.Join('\n', found.Select(finding => finding.Detail)), nameof(path))).Find(ExternalMetric.Of("arc", "arc", metric));
    }

    private static ExternalScore InFiles(string metric, params ImmutableArray<string> files)
    {
        var wanted = ExternalMetric.Of("arc", "arc", metric);
        return ExternalScores.InFiles([wanted], files, [])![wanted.Figure];
    }

    private static Measured Difference(ExternalScore one, ExternalScore two)
    {
        var wanted = ExternalMetric.Of("arc", "arc", "acc").Figure;
        ModelResult[] models = [.. new[] { one, two }.Select((score, index) => new ModelResult(ModelRole.Parent, $"model {index}", null, null) { External = ImmutableDictionary<Figure, ExternalScore>.Empty.Add(wanted, score) })];
        return wanted.Metric.Of(new ScoredModels([], [.. models]), models[0], models[1], wanted);
    }
}
