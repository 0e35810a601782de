using System.Text;
using System.Text.Json.Nodes;
using MergeOps.Diagnostics;
using MergeOps.GitHub.Comments;
using MergeOps.GitHub.Reports;
using Xunit;

namespace MergeOps.Tests.GitHub.Reports;

public sealed class PlanReportJsonTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void A_report_crosses_jobs_unchanged()
    {
        var report = SampleReports.Of(SampleReports.Recipe("recipes/a.yml"), new RecipeReport("recipes/b.yml", RecipeVerdict.Invalid));

        var read = PlanReportJson.Read(Written(PlanReportJson.Write(report)));

        Assert.Equal(PlanReportJson.Write(report), PlanReportJson.Write(read));
        Assert.Equal(SampleReports.Comment(report).Write(CommentDetail.Full), SampleReports.Comment(read).Write(CommentDetail.Full));
    }

    [Fact]
    public void Accepted_warnings_cross_too()
    {
        var report = JsonNode.Parse(PlanReportJson.Write(SampleReports.Of(SampleReports.Recipe("recipes/a.yml"))))!;
        report["recipes"]![0]!["findings"]![0]!["severity"] = "accepted";

        Assert.Equal("accepted", PlanReportJson.Read(Written(report.ToJsonString())).Recipes[0].Findings[0].Severity);
    }

    [Theory]
    [InlineData("version", "1")]
    [InlineData("version", "5")]
    [InlineData("repository", "\"acme/merges/../evil\"")]
    [InlineData("repository", "\"acme\\nmerges/x\"")]
    [InlineData("number", "0")]
    [InlineData("number", "\"12\"")]
    [InlineData("head", "\"main\"")]
    [InlineData("head", "null")]
    [InlineData("recipes", "null")]
    [InlineData("recipes", "{}")]
    [InlineData("extra", "1")]
    [InlineData("recipes/0/path", "\"../../etc/passwd\"")]
    [InlineData("recipes/0/verdict", "\"Approved\"")]
    [InlineData("recipes/0/verdict", "\"Removed\"")]
    [InlineData("recipes/0/plan", "null")]
    [InlineData("recipes/0/plan/digest", "\"[approved](https://evil.example)\"")]
    [InlineData("recipes/0/terms", "\"unknown\"")]
    [InlineData("recipes/0/terms", "null")]
    [InlineData("recipes/0/plan/dTypes", "[\"<b>\"]")]
    [InlineData("recipes/0/plan/tensors", "-1")]
    [InlineData("recipes/0/plan/estimate/merged", "1e99")]
    [InlineData("recipes/0/findings/0/code", "\"MOPS1\"")]
    [InlineData("recipes/0/findings/0/severity", "\"fine\"")]
    [InlineData("recipes/0/change", "null")]
    [InlineData("recipes/0", "null")]
    [InlineData("recipes/0/gates/0", "null")]
    [InlineData("recipes/0/findings/0", "null")]
    [InlineData("recipes/0/plan/inputs/0", "null")]
    [InlineData("recipes/0/plan/groups/0", "null")]
    [InlineData("recipes/0/plan/dTypes/0", "null")]
    [InlineData("recipes/0/data", "null")]
    [InlineData("recipes/0/data/0", "null")]
    [InlineData("recipes/0/data/0/unit", "\"apples\"")]
    [InlineData("recipes/0/data/0/now/digest", "\"unknown\"")]
    [InlineData("recipes/0/data/0/before/count", "-1")]
    [InlineData("recipes/0/outside", "null")]
    [InlineData("recipes/0/outside/0", "null")]
    [InlineData("recipes/0/plan/files", "null")]
    [InlineData("recipes/0/plan/files/0/paths/0", "\"../../etc/passwd\"")]
    public void A_report_with_one_wrong_field_is_refused_as_a_whole(string keys, string value)
    {
        var report = JsonNode.Parse(PlanReportJson.Write(SampleReports.Of(SampleReports.Recipe("recipes/a.yml"))))!;
        var (path, last) = (keys.Split('/')[..^1], keys.Split('/')[^1]);
        var target = path.Aggregate(report, (node, key) => int.TryParse(key, out var index) ? node[index]! : node[key]!);
        if (int.TryParse(last, out var entry))
        {
            target[entry] = JsonNode.Parse(value);
        }
        else
        {
            target[last] = JsonNode.Parse(value);
        }

        AssertRefused(Written(report.ToJsonString()));
    }

    [Fact]
    public void A_newer_report_is_refused_by_its_version_whatever_else_it_holds()
    {
        var report = JsonNode.Parse(PlanReportJson.Write(SampleReports.Of(SampleReports.Recipe("recipes/a.yml"))))!;
        report["version"] = 9;
        report["newer"] = true;

        Assert.Equal(
            "It has version 9; this program reads versions 2 to 4. Update MergeOps.",
            Assert.Throws<MergeOpsException>(() => PlanReportJson.Read(Written(report.ToJsonString()))).Diagnostic.Detail);
    }

    [Fact]
    public void A_report_of_version_2_lists_no_files_and_is_read()
    {
        var report = JsonNode.Parse(PlanReportJson.Write(SampleReports.Of(SampleReports.Recipe("recipes/a.yml"))))!;
        report["version"] = 2;
        report["recipes"]![0]!["plan"]!.AsObject().Remove("files");

        Assert.Empty(PlanReportJson.Read(Written(report.ToJsonString())).Recipes[0].Plan!.Files);
    }

    [Fact]
    public void A_report_of_version_3_lists_no_data_and_is_read()
    {
        var report = JsonNode.Parse(PlanReportJson.Write(SampleReports.Of(SampleReports.Recipe("recipes/a.yml"))))!;
        report["version"] = 3;
        foreach (var later in (string[])["data", "outside", "changesTerms", "hasChanges"])
        {
            report["recipes"]![0]!.AsObject().Remove(later);
        }

        Assert.Empty(PlanReportJson.Read(Written(report.ToJsonString())).Recipes[0].Data);
    }

    [Fact]
    public void A_report_that_is_too_large_a_link_or_no_JSON_is_refused()
    {
        AssertRefused(Written(new string(' ', 9_000_000)));
        AssertRefused(Written("{"));
        AssertRefused(Written("null"));
        AssertRefused(folder["absent.json"]);
        Written(PlanReportJson.Write(SampleReports.Of()));
        File.CreateSymbolicLink(folder["link.json"], folder["report.json"]);
        AssertRefused(folder["link.json"]);
    }

    private static void AssertRefused(string path) =>
        Assert.Equal(Codes.ReportUnreadable, Assert.Throws<MergeOpsException>(() => PlanReportJson.Read(path)).Diagnostic.Code);

    private string Written(string text) => folder.Write("report.json", Encoding.UTF8.GetBytes(text));
}
