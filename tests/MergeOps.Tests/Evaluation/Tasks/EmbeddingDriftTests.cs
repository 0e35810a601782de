using System.Globalization;
using MergeOps.Evaluation;
using MergeOps.Evaluation.Contract;
using MergeOps.Evaluation.Data;
using MergeOps.Evaluation.Metrics;
using MergeOps.Evaluation.Reports;
using MergeOps.Evaluation.Scores;
using MergeOps.Evaluation.Scoring;
using MergeOps.Evaluation.Tasks;
using MergeOps.Pipeline.Stages;
using MergeOps.Recipes;
using Xunit;
using static MergeOps.Tests.Evaluation.SmallEvaluation;

namespace MergeOps.Tests.Evaluation.Tasks;

/// <summary>Texts are angles in degrees, which models turn.</summary>
public sealed class EmbeddingDriftTests : IDisposable
{
    private static readonly EmbeddingDrift Kind = new();
    private static readonly Subject Texts = new("drift", Kind, [.. Enumerable.Range(0, 36).Select(i => new DriftItem($"{i * 10 + i * i % 7}"))], new string('4', 64));

    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    /// <summary>A space that is turned by 60° as a whole: every cosine is 1/2, every neighbor stays.</summary>
    [Fact]
    public void A_turned_space_keeps_its_neighbors_and_no_direction()
    {
        var (own, turned) = (Scores(angle => angle), Scores(angle => angle + 60));

        Assert.Equal(0.5, new DriftCosine().Of(new(Texts, turned, own)).Value, 6);
        Assert.Equal(1, new NeighborsKept().Of(new(Texts, turned, own)).Value);
    }

    /// <summary>Texts whose order on the circle is turned around in blocks have others nearby.</summary>
    [Fact]
    public void Texts_that_moved_have_other_neighbors()
    {
        var share = new NeighborsKept().Of(new(Texts, Scores(angle => angle * 7), Scores(angle => angle)));

        Assert.InRange(share.Value, 0.1, 0.7);
        Assert.NotNull(share.Estimate);
    }

    /// <summary>Three directions at right angles or alike: of the pairs (a, a), (a, b), (a, b) one has the cosine 1.</summary>
    [Fact]
    public void Anisotropy_is_the_mean_cosine_of_different_texts()
    {
        var three = new Subject("three", Kind, [new DriftItem("0"), new DriftItem("0 "), new DriftItem("90")], "");

        Assert.Equal(1 / 3.0, new Anisotropy().Of(new(three, ItemScores.Of([], [[], [], []], [[1, 0], [2, 0], [0, 3]]), null)).Value, 6);
    }

    [Fact]
    public void Vectors_of_different_sizes_have_no_cosine_and_neighbors_all_the_same()
    {
        var longer = ItemScores.Of([], [.. Texts.Items.Select(_ => Array.Empty<double>())], [.. Scores(angle => angle).Vectors.Select(vector => new[] { vector[0], vector[1], 0f })]);

        Assert.Equal("one model's vectors have 3 elements and the other's 2", new DriftCosine().Of(new(Texts, longer, Scores(angle => angle))).WhyNot);
        Assert.Equal(1, new NeighborsKept().Of(new(Texts, longer, Scores(angle => angle))).Value);
    }

    [Fact]
    public void A_gate_compares_with_the_model_that_it_names_and_each_row_with_the_merged_model()
    {
        var report = Evaluate(
            [Gate("drift.cosine", min: 0.9, against: "published"), Gate("drift.cosine", min: 0.4, against: "base"), Gate("drift.cosine", min: 0.6, against: "base")],
            Opening(ModelRole.Base, turn: 60), Opening(ModelRole.Published, turn: 10), Opening(ModelRole.Merged, turn: 0));

        Assert.Equal([0.985, 0.5, 0.5], report.Gates.Select(gate => Math.Round(gate.Measured.Value!.Value, 3)));
        Assert.Equal([0.5, 0.985, 0.985], report.Models.Select(model => Math.Round(model.Figures[new("drift", new DriftCosine())].Value!.Value, 3)));
        Assert.DoesNotContain(report.Notes, note => note.Code.Id == "MOPS637");
    }

    [Fact]
    public void Where_neighbors_of_the_published_version_are_lost_the_release_says_re_index()
    {
        var report = Evaluate([], Opening(ModelRole.Published, factor: 7), Opening(ModelRole.Merged, turn: 0));

        var note = Assert.Single(report.Notes, note => note.Code.Id == "MOPS637");
        Assert.StartsWith("Re-index: of the 10 nearest neighbors of the texts of 'drift' ", note.Detail, StringComparison.Ordinal);
        Assert.Contains("Re-index", new EvaluationMarkdown().Text(report), StringComparison.Ordinal);
    }

    [Fact]
    public void The_same_model_has_moved_nothing()
    {
        var report = Evaluate([], Opening(ModelRole.Base, turn: 0) with { Digest = "one" }, Opening(ModelRole.Merged, turn: 0) with { Digest = "one" });

        Assert.All(report.Comparisons, comparison => Assert.Equal(1, comparison.Difference.Value!.Value, 6));
    }

    /// <summary>Of 36 texts that all kept their neighbors at least 0.025^(1/36), 90.3 %, do, by Clopper and Pearson.</summary>
    [Fact]
    public void Where_no_neighbor_moved_the_figure_has_an_interval_all_the_same()
    {
        var part = new NeighborsKept().Of(new(Texts, Scores(angle => angle + 60), Scores(angle => angle)));

        Assert.Equal(Math.Pow(0.025, 1 / 36.0), part.Estimate!.Value.Interval.Lower, 6);
        Assert.Equal(1, part.Estimate.Value.Interval.Upper);
    }

    [Theory]
    [InlineData("{ metric: drift.cosine, min: 0.9 }")]
    [InlineData("{ metric: drift.neighbors, not_worse_than: published }")]
    public void A_gate_that_names_no_other_model_is_an_error(string gate)
    {
        File.WriteAllText(folder["task.jsonl"], """{"text": "a"}""");
        File.WriteAllText(folder["recipe.yml"], $$"""
            merge_method: linear
            models: [{ model: org/a, parameters: { weight: 1 } }, { model: org/b, parameters: { weight: 1 } }]
            evaluate: { tasks: [{ name: drift, kind: embedding_drift, data: task.jsonl, reindex_below: 0.8 }] }
            gates: [{{gate}}]

            """);

        var findings = ReadRecipe.Run(folder["recipe.yml"]).Found;

        Assert.Contains(findings, finding => finding.Detail.Contains("is what two models have in common. Write 'min' and 'against: published'", StringComparison.Ordinal));
    }

    private EvaluationReport Evaluate(GateSettings[] gates, params ModelUnderTest[] models) =>
        new Evaluator(new ScoreCache(folder["scores"]), new([Kind], [new NeighborsKept(), new DriftCosine(), new Anisotropy()])).Evaluate(
            Recipe(gates) with { Evaluate = new([new(At("drift"), Kind, At("drift.jsonl"), null, Anywhere)], [], Anywhere) },
            new EvaluationData([Texts], []), models, [], progress: null, CancellationToken.None);

    private static ModelUnderTest Opening(ModelRole role, double turn = 0, double factor = 1) => new(role, $"{role}", role == ModelRole.Base ? Base : null, $"{role}", (_, out whyNot) =>
    {
        whyNot = null;
        return Model(angle => factor * angle + turn);
    });

    private static ItemScores Scores(Func<double, double> turned) => Kind.Score(Model(turned), Texts.Items, CancellationToken.None);

    private static FakeEmbeddingModel Model(Func<double, double> turned) => new(text =>
    {
        var angle = turned(double.Parse(text, CultureInfo.InvariantCulture)) * Math.PI / 180;
        return [(float)Math.Cos(angle), (float)Math.Sin(angle)];
    });
}
