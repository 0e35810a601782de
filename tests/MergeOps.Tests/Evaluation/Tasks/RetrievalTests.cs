using System.Text;
using MergeOps.Diagnostics;
using MergeOps.Evaluation.Contract;
using MergeOps.Evaluation.Data;
using MergeOps.Evaluation.Tasks;
using MergeOps.Pipeline.Stages;
using Xunit;
using static MergeOps.Tests.Evaluation.SmallEvaluation;

namespace MergeOps.Tests.Evaluation.Tasks;

/// <summary>Texts are angles in degrees: the smaller the difference of two, the nearer they are.</summary>
public sealed class RetrievalTests : IDisposable
{
    private readonly TemporaryFolder folder = new();
    private readonly DiagnosticBag found = [];

    public void Dispose() => folder.Dispose();

    /// <summary>
    /// From 0 the documents lie in the order 5, 10, 20, 40, of which 10 and 40 are right: ranks 2 and 4. The gain is
    /// 1/log₂ 3 + 1/log₂ 5 = 1.0616 of 1 + 1/log₂ 3 = 1.6309; within the first 3 is one of two.
    /// </summary>
    [Fact]
    public void Gain_recall_and_reciprocal_rank_follow_from_the_places_of_the_right_documents()
    {
        var scores = Score("k: 3", new QueryItem("0", ["10", "40"], ["5", "20"]));

        Assert.Equal((1 / Math.Log2(3) + 1 / Math.Log2(5)) / (1 + 1 / Math.Log2(3)), scores["ndcg@10"][0], 6);
        Assert.Equal(0.5, scores["recall@3"][0], 6);
        Assert.Equal(0.5, scores["mrr@10"][0], 6);
    }

    [Fact]
    public void The_documents_of_all_queries_are_searched_together()
    {
        var scores = Score("", new QueryItem("0", ["10"], []), new QueryItem("90", ["5"], []));

        Assert.Equal([0.5, 0.5], scores["mrr@10"]);
    }

    [Fact]
    public void Beyond_the_first_ten_nothing_is_gained()
    {
        var scores = Score("", new QueryItem("0", ["80"], [.. Enumerable.Range(1, 10).Select(angle => $"{angle}")]));

        Assert.Equal([0, 0, 0], new[] { "ndcg@10", "recall@10", "mrr@10" }.Select(name => scores[name][0]));
    }

    [Fact]
    public void Of_equally_near_documents_the_wrong_ones_come_first()
    {
        var scores = Score("", new QueryItem("0", ["30"], ["330"]));

        Assert.Equal(0.5, scores["mrr@10"][0], 6);
    }

    [Fact]
    public void Each_side_gets_its_prompt_or_the_models_own_for_it()
    {
        var model = Model();
        (model.Prompts["query"], model.Prompts["passage"]) = ("q: ", "p: ");

        Kind("").Score(model, [new QueryItem("0", ["10"], [])], TestContext.Current.CancellationToken);
        Kind("prompt: { query: 'find ' }").Score(model, [new QueryItem("0", ["10"], [])], TestContext.Current.CancellationToken);

        Assert.Equal(["q: 0", "p: 10", "find 0", "p: 10"], model.Asked);
    }

    [Fact]
    public void A_difference_of_two_models_is_paired_query_by_query()
    {
        QueryItem[] items = [.. Enumerable.Range(0, 60).Select(i => new QueryItem($"{i * 6}", [$"{i * 6 + (i % 2 == 0 ? 1 : 14)}"], []))];
        var kind = Kind("");
        var subject = new Subject("search", kind, [.. items], "");
        var scores = kind.Score(Model(), subject.Items, CancellationToken.None);

        var part = ((ItemMetric)kind.Metrics[0]).Of(new(subject, scores, scores));

        Assert.Equal(0, part.Value);
        Assert.True(((ItemMetric)kind.Metrics[0]).Of(new(subject, scores, null)).Estimate!.Value.HalfWidth > 0);
    }

    [Theory]
    [InlineData("""{"query": "a", "positives": []}""", "The item's 'positives' is an empty list.")]
    [InlineData("""{"query": "a", "positives": ["x"], "negatives": ["y", "x"]}""", "A text is among the 'positives' and the 'negatives': 'x'.")]
    [InlineData("""{"query": "a", "positives": "x"}""", "The value of 'positives' is not a list of texts.")]
    public void A_line_that_is_no_query_is_explained(string line, string detail)
    {
        File.WriteAllText(folder["task.jsonl"], line, new UTF8Encoding(false));

        Assert.Null(new TaskDataReader(folder.Path, found).Read(new(At("search"), new Retrieval(), At("task.jsonl"), null, Anywhere)));
        Assert.Equal(("MOPS604", detail), (Assert.Single(found).Code.Id, found.Single().Detail));
    }

    private static FakeEmbeddingModel Model() => new(text => [MathF.Cos(float.Parse(text, System.Globalization.CultureInfo.InvariantCulture) * MathF.PI / 180), MathF.Sin(float.Parse(text, System.Globalization.CultureInfo.InvariantCulture) * MathF.PI / 180)]);

    private Dictionary<string, double[]> Score(string keys, params QueryItem[] items)
    {
        var kind = Kind(keys);
        var scores = kind.Score(Model(), [.. items], CancellationToken.None);
        return kind.Columns.ToDictionary(column => column.Name, column => scores[column]);
    }

    private Retrieval Kind(string keys)
    {
        File.WriteAllText(folder["task.jsonl"], """{"query": "a", "positives": ["b"]}""");
        File.WriteAllText(folder["recipe.yml"], $$"""
            merge_method: linear
            models: [{ model: org/a, parameters: { weight: 1 } }, { model: org/b, parameters: { weight: 1 } }]
            evaluate: { tasks: [{ name: search, kind: retrieval, data: task.jsonl{{(keys.Length > 0 ? ", " + keys : "")}} }] }

            """);
        return (Retrieval)TaskKind.Of(Assert.Single(ReadRecipe.Run(folder["recipe.yml"]).Recipe!.Evaluate!.Tasks));
    }
}
