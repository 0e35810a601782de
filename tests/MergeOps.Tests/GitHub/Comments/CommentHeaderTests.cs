using MergeOps.GitHub.Comments;
using MergeOps.GitHub.Reports;
using MergeOps.Tests.GitHub.Reports;
using Xunit;

namespace MergeOps.Tests.GitHub.Comments;

public sealed class CommentHeaderTests
{
    [Fact]
    public void What_is_written_is_read_again()
    {
        var header = CommentHeader.Of(SampleReports.Of(SampleReports.Recipe("recipes/a.yml")));
        header = header with { Outcomes = header.Outcomes.Add("recipes/a.yml", new RecipeOutcome(States.Published) { Version = "0.1.0" }) };

        var read = CommentHeader.Find(header.Write() + "\n\n### Merge plan", "acme/merges#12")!;

        Assert.Equal((header.Pull, header.Head), (read.Pull, read.Head));
        Assert.Equal(header.Plans, read.Plans);
        Assert.Equal(header.Outcomes, read.Outcomes);
    }

    [Fact]
    public void A_header_from_before_terms_were_kept_is_read_without_them()
    {
        var header = CommentHeader.Of(SampleReports.Of(SampleReports.Recipe("recipes/a.yml")));

        var read = CommentHeader.Find(header.Write().Replace($":{new string('b', 64)}", "", StringComparison.Ordinal), header.Pull)!;

        Assert.Equal(new ShownPlan(new string('a', 64), Terms: null), read.Plans["recipes/a.yml"]);
    }

    [Fact]
    public void A_header_of_another_pull_request_is_not_believed() =>
        Assert.Null(CommentHeader.Find(CommentHeader.Of(SampleReports.Of()).Write(), "acme/merges#13"));

    [Theory]
    [InlineData("")]
    [InlineData("Looks good to me")]
    [InlineData("> <!-- mergeops:v1 {} -->")]
    [InlineData("<!-- mergeops:v1 {\"pull\":\"acme/merges#12\"")]
    [InlineData("<!-- mergeops:v1 {\"pull\":\"acme/merges#12\"} -->")]
    [InlineData("<!-- mergeops:v1 [1, -->")]
    [InlineData("<!-- mergeops:v1 {\"pull\":\"acme/merges#12\",\"head\":\"x\",\"plans\":{\"recipes/a.yml\":null}} -->")]
    [InlineData("<!-- mergeops:v1 {\"pull\":\"acme/merges#12\",\"head\":\"x\",\"plans\":{\"recipes/a.yml\":\"abc\"}} -->")]
    [InlineData("<!-- mergeops:v1 {\"pull\":\"acme/merges#12\",\"head\":\"x\",\"plans\":{\"recipes/a.yml\":[]}} -->")]
    [InlineData("<!-- mergeops:v1 {\"pull\":\"acme/merges#12\",\"head\":\"x\",\"plans\":{},\"outcomes\":{\"recipes/a.yml\":null}} -->")]
    public void What_is_no_header_is_none(string body) => Assert.Null(CommentHeader.Find(body, "acme/merges#12"));

    [Fact]
    public void A_recipes_name_cannot_end_the_hidden_line()
    {
        var line = CommentHeader.Of(SampleReports.Of(SampleReports.Recipe("recipes/--> <b>x</b>.yml"))).Write();

        Assert.Equal(line.Length - 3, line.IndexOf("-->", StringComparison.Ordinal));
    }
}
