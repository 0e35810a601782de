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

    /// <summary>The near parent turns each text by a twentieth of its angle, the far one by six times its angle: the mean of those cosines is 0.98 and about 0.</summary>
    [Fact]
    public void Of_several_parents_value_and_interval_are_those_of_the_nearest_one()
    {
        GateSettings[] gates =
        [
            Gate("drift.cosine", min: 0.9, against: "best_parent"), Gate("drift.cosine", max: 0.9, against: "best_parent"),
            Gate("drift.neighbors", min: 0.7, against: "best_parent"), Gate("drift.neighbors", max: 0.7, against: "best_parent"),
        ];
        var (near, far, merged) = (Parent("near", 1.05), Parent("far", 7), Opening(ModelRole.Merged));

        var (ofBoth, ofNearest) = (Evaluate(gates, far, near, merged), Evaluate(gates, near, merged));

        var mean = Enumerable.Range(0, 36).Average(i => Math.Cos((i * 10 + i * i % 7) * 0.05 * Math.PI / 180));
        Assert.Equal(mean, ofBoth.Gates[0].Measured.Value!.Value, 6);
        Assert.All(ofBoth.Gates, gate => Assert.Equal("near", gate.Other));
        Assert.All(ofBoth.Gates.Select(gate => gate.Measured), gate => Assert.InRange(gate.Value!.Value, gate.Interval!.Value.Lower, gate.Interval.Value.Upper));
        Assert.Equal(ofNearest.Gates.Select(gate => gate.Measured), ofBoth.Gates.Select(gate => gate.Measured));
        Assert.Equal(["Passed", "Failed", "Passed", "Failed"], ofBoth.Gates.Select(gate => $"{gate.Verdict}"));
        Assert.All(ofBoth.BySubject.Select(comparison => comparison.Difference), of => Assert.InRange(of.Value!.Value, of.Interval!.Value.Lower, of.Interval.Value.Upper));
    }

    [Fact]
    public void What_two_models_have_in_common_is_never_called_a_difference()
    {
        var report = Evaluate([Gate("drift.cosine", min: 0.9, against: "best_parent")], Parent("far", 7), Parent("near", 1.05), Opening(ModelRole.Merged));

        var gate = Assert.Single(report.Gates);
        Assert.Equal("0.9 ≤ drift.cosine with best_parent", gate.Condition);
        Assert.Matches(@"^drift\.cosine with near = 0\.98\d* \(95 % interval 0\.9\d* to 0\.9\d*\), within bounds\.$", gate.Detail);
        Assert.Contains("merged with near", new EvaluationHtml().Text(report), StringComparison.Ordinal);
        Assert.All(report.BySubject, comparison => Assert.False(comparison.IsRise || comparison.IsFall));
        Assert.Equal(0, report.Ungated.Looked);
    }

    /// <summary>Anisotropy is a figure of one model, so that its difference to the best parent holds for all of them.</summary>
    [Fact]
    public void A_difference_of_anisotropies_is_taken_over_all_parents()
    {
        var (near, far, merged) = (Parent("near", 1.05), Parent("far", 7), Opening(ModelRole.Merged));
        var gate = Gate("drift.anisotropy", max: 0.5, against: "best_parent");

        var ofBoth = Assert.Single(Evaluate([gate], far, near, merged).Gates);

        var (ofNear, ofFar) = (Assert.Single(Evaluate([gate], near, merged).Gates).Measured, Assert.Single(Evaluate([gate], far, merged).Gates).Measured);
        Assert.Equal(Math.Max(ofNear.Interval!.Value.Upper, ofFar.Interval!.Value.Upper), ofBoth.Measured.Interval!.Value.Upper);
        Assert.Equal(Math.Max(ofNear.Value!.Value, ofFar.Value!.Value), ofBoth.Measured.Value);
        Assert.StartsWith($"drift.anisotropy − {ofBoth.Other} = ", ofBoth.Detail, StringComparison.Ordinal);
        Assert.Contains(" over 2 parents)", ofBoth.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public void Where_neighbors_of_the_published_version_are_lost_the_release_says_re_index()
    {
        var report = Evaluate([], Opening(ModelRole.Published, factor: 7), Opening(ModelRole.Merged, turn: 0));

        var note = Assert.Single(report.Notes, note => note.Code.Id == "MOPS637");
        Assert.StartsWith("Re-index: of the 10 nearest neighbors of the texts of 'drift', ", note.Detail, StringComparison.Ordinal);
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
    [InlineData("{ metric: drift.cosine, min: 0.9 }", "is what two models have in common. Write 'min' and 'against: published'")]
    [InlineData("{ metric: drift.neighbors, not_worse_than: published }", "is what two models have in common. Write 'min' and 'against: published'")]
    [InlineData("{ metric: drift.neighbors, min: -0.1, against: published }", "'drift.neighbors' lies between 0 and 1, so 'min' -0.1 always gives the same verdict")]
    [InlineData("{ metric: drift.cosine, max: 1.5, against: best_parent }", "'drift.cosine' lies between -1 and 1, so 'max' 1.5 always gives the same verdict")]
    public void A_gate_that_names_no_other_model_or_a_bound_out_of_range_is_an_error(string gate, string expected)
    {
        File.WriteAllText(folder["task.jsonl"], """{"text": "a"}""");
        File.WriteAllText(folder["recipe.yml"], $$"""
            merge_method: linear
            models: [{ model: org/a, parameters: { weight: 1 } }, { model: org/b, parameters: { weight: 1 } }]
            evaluate: { tasks: [{ name: drift, kind: embedding_drift, data: task.jsonl, reindex_below: 0.8 }] }
            gates: [{{gate}}]

            """);

        var findings = ReadRecipe.Run(folder["recipe.yml"]).Found;

        Assert.Contains(findings, finding => finding.Detail.Contains(expected, StringComparison.Ordinal));
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

    private static ModelUnderTest Parent(string name, double factor) => Opening(ModelRole.Parent, factor: factor) with { Name = name, Digest = name };

    private static ItemScores Scores(Func<double, double> turned) => Kind.Score(Model(turned), Texts.Items, CancellationToken.None);

    private static FakeEmbeddingModel Model(Func<double, double> turned) => new(text =>
    {
        var angle = turned(double.Parse(text, CultureInfo.InvariantCulture)) * Math.PI / 180;
        return [(float)Math.Cos(angle), (float)Math.Sin(angle)];
    });
}
