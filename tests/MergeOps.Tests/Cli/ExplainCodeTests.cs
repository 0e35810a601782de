using System.Text.Json.Nodes;
using Xunit;

namespace MergeOps.Tests.Cli;

public sealed class ExplainCodeTests
{
    [Theory]
    [InlineData("MOPS118")]
    [InlineData("mops118")]
    public void A_code_is_explained_by_the_entry_of_its_page(string code)
    {
        var run = CommandLineRun.Of("explain", code);

        Assert.Equal(0, run.ExitCode);
        Assert.StartsWith("## MOPS118\n\n**A local path does not exist.**\n\n- **When:** ", run.Output, StringComparison.Ordinal);
        Assert.Contains("\n- **What to do:** ", run.Output, StringComparison.Ordinal);
    }

    [Fact]
    public void A_code_is_explained_for_machines_too()
    {
        var run = CommandLineRun.Of("explain", "MOPS118", "--format", "json");

        var result = JsonNode.Parse(run.Output)!["result"]!;
        Assert.Equal(("MOPS118", "A local path does not exist"), ((string?)result["code"], (string?)result["summary"]));
        Assert.All(new[] { "when", "why", "advice", "example" }, part => Assert.NotEmpty((string?)result[part] ?? ""));
    }

    [Fact]
    public void A_code_that_does_not_exist_is_wrong_usage()
    {
        var run = CommandLineRun.Of("explain", "MOPS1180");

        Assert.Equal(2, run.ExitCode);
        Assert.Contains("error MOPS801: Invalid command line. There is no code MOPS1180.", run.Error, StringComparison.Ordinal);
    }
}
