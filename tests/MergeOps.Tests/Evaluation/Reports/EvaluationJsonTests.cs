using System.Text.Json.Nodes;
using MergeOps.Diagnostics;
using MergeOps.Evaluation.Contract;
using MergeOps.Evaluation.Reports;
using Xunit;
using static MergeOps.Tests.Evaluation.SmallEvaluation;

namespace MergeOps.Tests.Evaluation.Reports;

public sealed class EvaluationJsonTests : IDisposable
{
    private readonly SmallEvaluation small = new();

    public void Dispose() => small.Dispose();

    [Fact]
    public void A_file_of_version_2_is_read()
    {
        var read = EvaluationJson.Read(File.ReadAllText(Repository.Data("Evaluation", "evaluation.v2.json")))!;

        Assert.Equal(["sums", "reversal", "prose"], read.Data.Select(data => data.Name));
        Assert.Equal(["base", "adder", "reverser", "plain average", "small"], read.Models.Select(model => model.Name));
        Assert.Equal((0.9, 1.688), (read.Find(ModelRole.Merged)!.Figures["sums.accuracy"], read.Find(ModelRole.Merged)!.Figures["prose.loss"]));
    }

    [Fact]
    public void A_file_of_version_1_is_read()
    {
        var read = EvaluationJson.Read(File.ReadAllText(Repository.Data("Evaluation", "evaluation.v1.json")))!;

        Assert.Equal(["sums", "reversal", "prose"], read.Data.Select(data => data.Name));
        Assert.Equal("0.3.1", read.Find(ModelRole.Published)!.Name);
        var merged = read.Find(ModelRole.Merged)!;
        Assert.Equal((0.9, 1.6875), (merged.Figures["sums.accuracy"], merged.Figures["prose.loss"]));
        Assert.Equal((0.7, 0.003, 10042L), (merged.External["hellaswag.acc_norm"].Value, merged.External["hellaswag.acc_norm"].StandardError, merged.External["hellaswag.acc_norm"].Count));
        Assert.Equal("hellaswag.acc_norm", Assert.Single(read.Wanted).Figure.ToString());
    }

    [Fact]
    public void A_file_of_this_version_is_read()
    {
        var read = EvaluationJson.Read(EvaluationJson.Write(small.Evaluate(Recipe(), Family())))!;

        Assert.Equal(["base", "parent", "parent", "average", "merged"], read.Models.Select(model => model.Role));
        Assert.Equal(0.9, read.Find(ModelRole.Merged)!.Figures["sums.accuracy"]);
    }

    [Fact]
    public void A_newer_file_is_refused_by_its_version()
    {
        var failure = Assert.Throws<MergeOpsException>(() => EvaluationJson.Read("""{"version": 4, "models": "of another shape"}"""));

        Assert.Equal("MOPS624", failure.Diagnostic.Code.Id);
        Assert.Contains("has version 4; this program reads versions 1 to 3", failure.Diagnostic.Detail, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("")]
    [InlineData("{")]
    [InlineData("[]")]
    [InlineData("null")]
    [InlineData("{}")]
    [InlineData("""{"version": "2"}""")]
    [InlineData("""{"version": 2, "models": {}}""")]
    [InlineData("""{"version": 2, "models": [null]}""")]
    [InlineData("""{"version": 2, "models": [{"name": "a", "role": "merged", "figures": {"b": {"value": "c"}}}]}""")]
    [InlineData("""{"version": 2, "models": [{"name": "a", "role": "merged", "external": {"b.c": {"value": 1, "n": 1.5}}}]}""")]
    public void What_another_program_wrote_is_nothing(string text) => Assert.Null(EvaluationJson.Read(text));

    [Fact]
    public void A_verdict_is_one_of_three()
    {
        var json = JsonNode.Parse(EvaluationJson.Write(small.Evaluate(
            Recipe(Gate("sums.accuracy", min: 0.5), Gate("sums.accuracy", min: 0.9), Gate("sums.accuracy", min: 0.99)), Family())))!;

        Assert.Equal(3, (int)json["version"]!);
        Assert.Equal("failed", (string)json["verdict"]!);
        Assert.Equal(["passed", "undecided", "failed"], json["gates"]!.AsArray().Select(gate => (string)gate!["verdict"]!));
        Assert.Null(json["gates"]![1]!["moreItems"]);
        Assert.Equal((20, 20), ((int)json["gates"]![1]!["items"]!, (int)json["gates"]![1]!["groups"]!));
    }

    [Fact]
    public void An_undecided_gate_alone_makes_the_whole_undecided_and_says_so_in_every_report()
    {
        var report = small.Evaluate(Recipe(Gate("sums.accuracy", min: 0.85)), Family());

        Assert.Equal("undecided", (string)JsonNode.Parse(EvaluationJson.Write(report))!["verdict"]!);
        Assert.Equal("0 of 1 met, 1 undecided", report.GateSummary);
        Assert.Equal(("MOPS615", FailureKind.Decision), report.Diagnostics().Where(found => found.Severity is Severity.Error).Select(found => (found.Code.Id, found.Code.Kind)).Single());
        Assert.Contains("<failure type=\"undecided\" message=\"sums.accuracy = 0.9 (95 % interval 0.683 to 0.9877): the 'min' of 0.85 lies inside the interval. About", EvaluationJUnit.Write(report), StringComparison.Ordinal);
        Assert.Contains("| **undecided** |", EvaluationMarkdown.Write(report), StringComparison.Ordinal);
        Assert.Contains("""<span class="verdict open">undecided</span>""", EvaluationHtml.Write(report), StringComparison.Ordinal);
    }

    /// <summary>Processors that sum in another order give losses that differ by about 1e-6.</summary>
    [Fact]
    public void Losses_that_only_the_processor_tells_apart_are_one_file()
    {
        var here = small.Evaluate(Recipe(Gate("prose.loss", max: 2)), Model(ModelRole.Merged, "small", null, 18, 17, textLoss: 1.6872));
        using var elsewhere = new SmallEvaluation();
        var there = elsewhere.Evaluate(Recipe(Gate("prose.loss", max: 2)), Model(ModelRole.Merged, "small", null, 18, 17, textLoss: 1.6872 + 2e-6));

        Assert.Equal(EvaluationJson.Write(here), EvaluationJson.Write(there));
    }
}
