using System.Text.Json;
using System.Xml.Linq;
using MergeOps.Evaluation;
using MergeOps.Evaluation.Contract;
using MergeOps.Evaluation.Reports;
using MergeOps.Evaluation.Structure;
using Xunit;
using static MergeOps.Tests.Evaluation.SmallEvaluation;

namespace MergeOps.Tests.Evaluation.Reports;

public sealed class ReportTests : IDisposable
{
    private readonly SmallEvaluation small = new();

    public void Dispose() => small.Dispose();

    [Fact]
    public void The_table_has_a_row_for_each_model_and_a_column_for_each_subject()
    {
        var table = EvaluationTable.Of(Report());

        Assert.Equal(["model", "sums", "reversal", "mean", "prose"], table.Header.Select(cell => cell.Lines[0]));
        Assert.Equal(["n = 20", "n = 20", "n = 40"], table.Header[1..4].Select(cell => cell.Lines[1]));
        Assert.Equal(["small", "merged"], table.Rows[^1].Cells[0].Lines);
        // the exact interval of 18 of 20 is 68.3 % to 98.8 %
        Assert.Equal(["90.0 % (68.3–98.8)", "90.0 % of expert", "loss 0.263"], table.Rows[^1].Cells[1].Lines);
        Assert.Equal(["loss 1.688"], table.Rows[^1].Cells[4].Lines);
    }

    [Fact]
    public void A_model_without_scores_keeps_its_row_and_its_reason()
    {
        var table = EvaluationTable.Of(small.Evaluate(Recipe(), WithoutForwardPass(ModelRole.Merged, "small")));

        Assert.Equal(["not evaluated"], table.Rows[0].Cells[1].Lines);
        Assert.Equal(["small is not evaluated: the architecture 'MambaForCausalLM' has no forward pass here"], table.Notes);
    }

    [Fact]
    public void A_mean_of_which_one_task_is_missing_says_which()
    {
        var data = SmallEvaluation.Data with { Tasks = [SmallEvaluation.Data.Tasks[0], SmallEvaluation.Data.Tasks[1] with { Kind = LanguageTasks.Kind("exact_match", ("chat", true)) }] };
        var model = Opening(ModelRole.Merged, "small", null, new FakeLanguageModel(_ => true) { WhyNoConversation = "there is no chat template" });

        var charts = new ScoreCharts(small.Evaluate(Recipe(), data, [], model)).InDomain;

        Assert.Equal(
            ["no figure: 'small' is not evaluated on 'reversal': there is no chat template", "100.0 % (83.2–100.0)", "not evaluated"],
            charts.Select(chart => chart.Rows.Single().Value));
    }

    [Fact]
    public void The_json_is_the_approved_one() => Approved.Matches(EvaluationJson.Write(Report()), "Evaluation", "evaluation.json");

    [Fact]
    public void The_markdown_is_the_approved_one() => Approved.Matches(EvaluationMarkdown.Write(Report()), "Evaluation", "evaluation.md");

    [Fact]
    public void The_junit_xml_is_the_approved_one() => Approved.Matches(EvaluationJUnit.Write(Report()), "Evaluation", "junit.xml");

    [Fact]
    public void The_html_is_the_approved_one() => Approved.Matches(EvaluationHtml.Write(Report()), "Evaluation", "report.html");

    [Fact]
    public void A_recipe_without_tasks_still_has_reports()
    {
        var recipe = Recipe();
        var report = small.Evaluate(
            recipe with { Evaluate = recipe.Evaluate! with { Tasks = [] } },
            SmallEvaluation.Data with { Tasks = [] },
            [],
            Model(ModelRole.Merged, "small", null, 1, 1));

        Assert.DoesNotContain("In domain", EvaluationHtml.Write(report), StringComparison.Ordinal);
        Assert.Contains("Out of domain", EvaluationHtml.Write(report), StringComparison.Ordinal);
        Assert.Contains("prose", EvaluationMarkdown.Write(report), StringComparison.Ordinal);
    }

    public static TheoryData<string> HostileNames => new(
        "<script>alert(1)</script><img src=x onerror=alert(1)>",
        "a\" onload=\"alert(1)",
        "]]></testcase><testcase name=\"passed\"/>",
        "a | b |\n| forged | row |\n@everyone [click](http://evil.example) ![](http://evil.example/beacon) `x`",
        "\u001b[31mred\u0000\u0007\uFFFE\u202Egnp.exe\ud800");

    [Theory]
    [MemberData(nameof(HostileNames))]
    public void A_hostile_name_stays_text_in_every_report(string name)
    {
        var report = small.Evaluate(
            Recipe(Gate("mean.accuracy", min: 1, against: "best_parent")) with { Name = At(name) },
            [new("planned tensors", CheckVerdict.Failed, $"'{name}' is present, but not planned.")],
            Model(ModelRole.Parent, name, null, 1, 1),
            Model(ModelRole.Merged, "merged " + name, null, 2, 2));

        using var json = JsonDocument.Parse(EvaluationJson.Write(report));
        AssertXmlOfOneSuiteEach(EvaluationJUnit.Write(report));
        AssertNothingButOurElements(EvaluationHtml.Write(report));
        AssertEveryLineIsOurs(EvaluationMarkdown.Write(report));
    }

    private static void AssertXmlOfOneSuiteEach(string xml) =>
        Assert.Equal(2, XDocument.Parse(xml).Descendants("testcase").Count(test => test.Elements("failure").Any()));

    private static void AssertNothingButOurElements(string html)
    {
        // the page is well-formed but for its void elements, so an XML reader sees every element and attribute
        var page = XDocument.Parse(html
            .Replace("<!doctype html>", "", StringComparison.Ordinal)
            .Replace("utf-8\">", "utf-8\"/>", StringComparison.Ordinal)
            .Replace("light dark\">", "light dark\"/>", StringComparison.Ordinal)
            .Replace("scale=1\">", "scale=1\"/>", StringComparison.Ordinal)
            .Replace("'unsafe-inline'\">", "'unsafe-inline'\"/>", StringComparison.Ordinal));
        Assert.DoesNotContain(page.Descendants(), element => element.Name.LocalName is "script" or "img" or "iframe");
        Assert.All(page.Descendants("a"), link => Assert.Matches("^#[a-z]+$", link.Attribute("href")!.Value));
        Assert.DoesNotContain(
            page.Descendants().Attributes(), attribute => attribute.Name.LocalName.StartsWith("on", StringComparison.OrdinalIgnoreCase));
    }

    private static void AssertEveryLineIsOurs(string markdown) =>
        Assert.All(markdown.Split('\n'), line =>
        {
            Assert.DoesNotContain("forged | row", line.Replace("\\|", "", StringComparison.Ordinal), StringComparison.Ordinal);
            Assert.DoesNotMatch("^(@|\\[|!|<)", line);
        });

    private EvaluationReport Report() => small.Evaluate(
        Recipe(
            Gate("mean.expert_share", min: 0.6),
            Gate("mean.accuracy", min: 0, against: "best_parent"),
            Gate("sums.accuracy", min: 0.8),
            Gate("prose.loss", max: 0.1, against: "base")),
        [
            new("planned tensors", CheckVerdict.Passed, "All 21 tensors are there with their shapes and dtypes."),
            new("tied embeddings", CheckVerdict.NotApplicable, "config.json does not say whether the embeddings are tied."),
        ],
        Family()) with
    {
        Origin = ReportGallery.Origin,
    };
}
