using System.Globalization;
using System.Text;
using MergeOps.Diagnostics;
using MergeOps.Evaluation;
using MergeOps.Evaluation.Contract;
using MergeOps.Evaluation.Data;
using MergeOps.Evaluation.Metrics;
using MergeOps.Evaluation.Reports;
using MergeOps.Evaluation.Scores;
using MergeOps.Evaluation.Scoring;
using MergeOps.Evaluation.Tasks;
using MergeOps.Pipeline.Stages;
using Xunit;
using static MergeOps.Tests.Evaluation.SmallEvaluation;

namespace MergeOps.Tests.Evaluation.Tasks;

public sealed class StsTests : IDisposable
{
    private readonly TemporaryFolder folder = new();
    private readonly DiagnosticBag found = [];

    public void Dispose() => folder.Dispose();

    /// <summary>
    /// Scores 1, 2, 2, 4 have the ranks 1, 2.5, 2.5, 4; cosines in the order 1, 3, 2, 4. The deviations from 2.5 multiply to
    /// 2.25 + 0 + 0 + 2.25 = 4.5, over √(4.5 · 5) = 4.7434.
    /// </summary>
    [Fact]
    public void Equal_scores_share_the_mean_of_their_ranks() =>
        Assert.Equal(100 * 4.5 / Math.Sqrt(4.5 * 5), Of(new Spearman(), [1, 2, 2, 4], [0.1, 0.3, 0.2, 0.9]).Value, 9);

    /// <summary>R: cor(c(1, 2, 3), c(1, 2, 4)) is 0.9819805.</summary>
    [Fact]
    public void Pearson_compares_the_values_themselves() =>
        Assert.Equal(98.19805, Of(new Pearson(), [1, 2, 3], [0.1, 0.2, 0.4]).Value, 5);

    [Fact]
    public void Cosines_that_do_not_vary_order_nothing() =>
        Assert.Contains("nothing can be ordered", Of(new Spearman(), [1, 2, 3], [0.3, 0.3, 0.3]).WhyNot, StringComparison.Ordinal);

    [Fact]
    public void Vectors_without_numbers_give_no_figure() =>
        Assert.Contains("that are not finite", Of(new Spearman(), [1, 2, 3], [0.3, double.NaN, 0.1]).WhyNot, StringComparison.Ordinal);

    /// <summary>The usual interval of a correlation r of n pairs is tanh(artanh r ± 1.96/√(n − 3)) by Fisher; a little wider for ranks.</summary>
    [Fact]
    public void The_interval_of_many_pairs_is_about_Fishers()
    {
        var random = new Random(7);
        double[] gold = [.. Enumerable.Range(0, 400).Select(_ => Normal(random))];
        double[] cosines = [.. gold.Select(value => value + Normal(random))];

        var estimate = Of(new Spearman(), gold, cosines).Estimate!.Value;

        var r = estimate.Value / 100;
        var error = Power95 * Math.Sqrt((1 + r * r / 2) / (gold.Length - 3));
        Assert.Equal(100 * Math.Tanh(Math.Atanh(r) - error), estimate.Interval.Lower, 1.5);
        Assert.Equal(100 * Math.Tanh(Math.Atanh(r) + error), estimate.Interval.Upper, 1.5);
    }

    [Fact]
    public void A_difference_is_paired_so_two_models_that_err_alike_are_told_apart()
    {
        var random = new Random(11);
        double[] gold = [.. Enumerable.Range(0, 300).Select(_ => Normal(random))];
        double[] one = [.. gold.Select(value => value + Normal(random))], other = [.. one.Select(value => value + 0.1 * Normal(random))];
        var subject = Subject(gold);

        var alone = new Spearman().Of(new(subject, Scores(subject, one), null)).Estimate!.Value;
        var paired = new Spearman().Of(new(subject, Scores(subject, one), Scores(subject, other))).Estimate!.Value;

        Assert.True(paired.HalfWidth < alone.HalfWidth / 4);
        Assert.InRange(0, paired.Interval.Lower - 2, paired.Interval.Upper + 2);
    }

    [Fact]
    public void Related_pairs_widen_the_interval()
    {
        var random = new Random(3);
        double[] gold = [.. Enumerable.Range(0, 40).SelectMany(_ => Enumerable.Repeat(Normal(random), 10))];
        double[] cosines = [.. gold.Chunk(10).SelectMany(same => Enumerable.Repeat(same[0] + Normal(random), 10))];

        double Width(Func<int, string?> groupOf)
        {
            var subject = Subject(gold, groupOf);
            return new Spearman().Of(new(subject, Scores(subject, cosines), null)).Estimate!.Value.HalfWidth;
        }

        Assert.True(Width(item => $"{item / 10}") > 2 * Width(_ => null));
    }

    [Fact]
    public void Each_sentence_gets_its_sides_prompt_and_the_conditions_say_so()
    {
        var model = Model();
        var kind = Kind("prompt: { sentence1: 'query: ', sentence2: 'passage: ' }");

        var scores = kind.Score(model, [new PairItem("0", "90", 1)], TestContext.Current.CancellationToken);

        Assert.Equal(["query: 0", "passage: 90"], model.Asked);
        Assert.Equal("mean pooling; prompts 'query: ' (sentence1) and 'passage: ' (sentence2)", scores.Conditions);
        Assert.Equal(0, scores[ScoreColumn.Cosine()][0], 6);
    }

    [Fact]
    public void A_model_without_the_named_prompt_is_not_evaluated()
    {
        var model = Model();
        var kind = Kind("prompt_name: query");

        Assert.Equal("it has no prompt 'query'", kind.WhyNot(model));
        model.Prompts["query"] = "q: ";
        Assert.Null(kind.WhyNot(model));
        Assert.Equal("mean pooling; prompt 'q: '", kind.Score(model, [new PairItem("0", "60", 1)], TestContext.Current.CancellationToken).Conditions);
    }

    /// <summary>Vectors (1, 0, 9) and (0, 1, 9): alike with all three elements, at a right angle with the first two.</summary>
    [Fact]
    public void Vectors_are_cut_to_each_of_the_dimensions()
    {
        var model = new FakeEmbeddingModel(text => text == "a" ? [1, 0, 9] : [0, 1, 9], dimensions: 3);
        var kind = Kind("dimensions: [2, full]");

        var scores = kind.Score(model, [new PairItem("a", "b", 1)], TestContext.Current.CancellationToken);

        Assert.Equal(["spearman", "spearman_2", "pearson", "pearson_2"], kind.Metrics.Select(metric => metric.Name));
        Assert.Equal([81 / 82.0, 0], kind.Columns.Select(column => scores[column][0]));
        Assert.Null(kind.WhyNot(model));
        Assert.Equal("its vectors have 3 elements, and the task asks for 4", Kind("dimensions: [4]").WhyNot(model));
    }

    [Fact]
    public void Scores_are_remembered_apart_by_prompt_and_dimensions_with_their_conditions()
    {
        string[] keys = [.. new[] { "", "prompt: 'q: '", "prompt: ''", "prompt_name: q", "dimensions: [2]", "prompt: { sentence1: 'q: ' }" }.Select(key => Kind(key).KeyOf("7"))];
        Assert.Equal(keys.Length, keys.Distinct().Count());

        var cache = new ScoreCache(folder["scores"]);
        var subject = Subject([1, 2]);
        var scores = ItemScores.Of(subject.Kind.Columns, [[0.5], [0.25]], [[1, 2], [3, 4]], "mean pooling; no prompt");
        cache.Remember(new("model", subject.Key), subject.Kind, scores, found);
        var again = cache.Find(new("model", subject.Key), subject, found)!;

        Assert.Equal("mean pooling; no prompt", again.Conditions);
        Assert.Equal([[1f, 2], [3f, 4]], again.Vectors);
        Assert.Empty(found);
    }

    /// <summary>Published sets repeat pairs; what is repeated tells nothing anew.</summary>
    [Fact]
    public void Repeated_pairs_are_related_in_either_order_and_a_note_says_so()
    {
        var task = Read("""
            {"sentence1": "a", "sentence2": "b", "score": 1.714}
            {"sentence1": "c", "sentence2": "d", "score": 2, "group": "own"}
            {"sentence1": "e", "sentence2": "f", "score": 3}
            {"sentence1": "b", "sentence2": "a", "score": 1.714}
            {"sentence1": "c", "sentence2": "d", "score": 2}
            """)!;

        Assert.Equal([2, 2, 1], task.Groups.Sizes);
        Assert.Equal(("own", "own"), (task.Items[1].Group, task.Items[4].Group));
        var note = Assert.Single(found);
        Assert.Equal(("MOPS605", Severity.Note, 4), (note.Code.Id, note.Severity, note.Span!.Value.Line));
        Assert.Equal("Line 1 already has this pair, or one that differs only in white space; 4 of 5 pairs occur more than once. They count as related, so that intervals are not too narrow.", note.Detail);
    }

    [Theory]
    [InlineData(1, "'task.jsonl' holds one pair, and a correlation needs several. Give pairs with different scores.")]
    [InlineData(3, "All 3 pairs of 'task.jsonl' have the score 2.5, so there is no order to compare with. Give pairs with different scores.")]
    public void Pairs_without_an_order_are_refused_before_a_model_is_scored(int count, string detail)
    {
        Assert.Null(Read(string.Join('\n', Enumerable.Range(0, count).Select(pair => $$"""{"sentence1": "{{pair}}", "sentence2": "b", "score": 2.5}"""))));

        Assert.Equal(("MOPS618", Severity.Error, detail), (Assert.Single(found).Code.Id, found.Single().Severity, found.Single().Detail));
    }

    [Theory]
    [InlineData("""{"sentence1": "a", "sentence2": "b"}""", "The item has no 'score'.")]
    [InlineData("""{"sentence1": "a", "sentence2": "b", "score": "3"}""", "The value of 'score' is not a number.")]
    [InlineData("""{"sentence1": "a", "sentence2": "b", "score": 1e999}""", "The 'score' 1e999 is too large for a number.")]
    [InlineData("""{"sentence1": "a", "sentence2": "", "score": 3}""", "The item's 'sentence2' is empty.")]
    [InlineData("""[]""", """The line is not an object. Write {"sentence1": "…", "sentence2": "…", "score": …}.""")]
    public void A_line_that_is_no_pair_is_explained(string line, string detail)
    {
        Assert.Null(Read(line));

        Assert.Equal(("MOPS604", detail), (Assert.Single(found).Code.Id, found.Single().Detail));
    }

    [Theory]
    [InlineData("prompt: 'a', prompt_name: b", "The task has a 'prompt' and a 'prompt_name'. Keep the text or the name.")]
    [InlineData("prompt: { query: 'a' }", "'query' is not a side of a task of the kind sts; there are sentence1 and sentence2.")]
    public void Keys_that_contradict_each_other_are_an_error(string keys, string detail)
    {
        WriteRecipe(keys);

        var findings = ReadRecipe.Run(folder["recipe.yml"]).Found;

        Assert.Equal(("MOPS635", detail), (Assert.Single(findings).Code.Id, findings.Single().Detail));
    }

    [Fact]
    public void A_bound_of_less_than_1_is_doubted_and_a_margin_is_not()
    {
        WriteRecipe("", "gates: [{ metric: sts.spearman, min: 0.82 }, { metric: sts.spearman, not_worse_than: best_parent, margin: 0.5 }]");

        var finding = Assert.Single(ReadRecipe.Run(folder["recipe.yml"]).Found, finding => finding.Code.Id != "MOPS615");

        Assert.Equal("'min' 0.82 means a correlation of 0.0082: figures are multiplied by 100, as on leaderboards. Write 0.82 as 82.", finding.Detail);
    }

    [Fact]
    public void Models_that_pool_differently_are_compared_with_a_warning_and_reports_say_how_each_was_asked()
    {
        var data = new EvaluationData([Subject([.. Enumerable.Range(0, 30).Select(i => (double)i)])], []);
        var catalogue = new EvaluationCatalogue([new Sts()], [new Spearman(), new Pearson()]);
        var recipe = Recipe(Gate("sts.spearman", min: 50)) with { Evaluate = new([new(At("sts"), new Sts(), At("sts.jsonl"), null, Anywhere)], [], Anywhere) };
        var report = new Evaluator(new ScoreCache(folder["scores"]), catalogue).Evaluate(
            recipe, data, [Opening(ModelRole.Base, "cls pooling"), Opening(ModelRole.Merged, "mean pooling")], [], progress: null, CancellationToken.None);

        var warning = Assert.Single(report.Notes);
        Assert.Equal("MOPS636", warning.Code.Id);
        Assert.StartsWith("Scored on 'sts': 'Base' with cls pooling; no prompt; 'Merged' with mean pooling; no prompt.", warning.Detail, StringComparison.Ordinal);
        Assert.True(report.Gates.Single().Met);
        var json = EvaluationJson.Write(report);
        Assert.Contains("\"sts\": \"mean pooling; no prompt\"", json, StringComparison.Ordinal);
        Assert.Contains("sts of Merged: mean pooling; no prompt", string.Join('\n', EvaluationTable.Of(report).Notes), StringComparison.Ordinal);

        static ModelUnderTest Opening(ModelRole role, string pooling) => new(role, $"{role}", role == ModelRole.Base ? Base : null, $"{role}", (_, out whyNot) =>
        {
            whyNot = null;
            return Model(pooling);
        });
    }

    private const double Power95 = 1.96;

    // a text is an angle in degrees
    private static FakeEmbeddingModel Model(string pooling = "mean pooling") => new(
        text => [(float)Math.Cos(double.Parse(text, CultureInfo.InvariantCulture) * Math.PI / 180), (float)Math.Sin(double.Parse(text, CultureInfo.InvariantCulture) * Math.PI / 180)],
        description: pooling);

    private static Part Of(CorrelationMetric metric, double[] gold, double[] cosines)
    {
        var subject = Subject(gold);
        return metric.Of(new(subject, Scores(subject, cosines), null));
    }

    private static Subject Subject(double[] gold, Func<int, string?>? groupOf = null) =>
        new("sts", new Sts(), [.. gold.Select((score, item) => new PairItem("0", $"{(gold.Length - item) * 3 % 180 + (item % 3 == 0 ? 5 : 0)}", score, groupOf?.Invoke(item)))], "digest");

    private static ItemScores Scores(Subject subject, double[] cosines) =>
        subject.Complete(ItemScores.Of(subject.Kind.Columns, [.. cosines.Select(cosine => new[] { cosine })]));

    private static double Normal(Random random) => Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble());

    private Sts Kind(string keys)
    {
        WriteRecipe(keys);
        return (Sts)TaskKind.Of(Assert.Single(ReadRecipe.Run(folder["recipe.yml"]).Recipe!.Evaluate!.Tasks));
    }

    private void WriteRecipe(string keys, string gates = "")
    {
        File.WriteAllText(folder["task.jsonl"], """
            {"sentence1": "a", "sentence2": "b", "score": 1}
            {"sentence1": "a", "sentence2": "c", "score": 2}
            """);
        File.WriteAllText(folder["recipe.yml"], $$"""
            merge_method: linear
            models: [{ model: org/a, parameters: { weight: 1 } }, { model: org/b, parameters: { weight: 1 } }]
            evaluate: { tasks: [{ name: sts, kind: sts, data: task.jsonl{{(keys.Length > 0 ? ", " + keys : "")}} }] }
            {{gates}}

            """);
    }

    private Subject? Read(string lines)
    {
        File.WriteAllText(folder["task.jsonl"], lines, new UTF8Encoding(false));
        return new TaskDataReader(folder.Path, found).Read(new(At("sts"), new Sts(), At("task.jsonl"), null, Anywhere));
    }
}
