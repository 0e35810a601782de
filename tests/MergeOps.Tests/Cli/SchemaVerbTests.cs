using System.Text.Json.Nodes;
using Xunit;

namespace MergeOps.Tests.Cli;

public sealed class SchemaVerbTests
{
    private static readonly string Committed = File.ReadAllText(Path.Combine(Repository.Root, "recipes", "recipe.schema.json")).ReplaceLineEndings("\n");

    [Fact]
    public void It_prints_the_schema_that_recipes_of_this_repository_name()
    {
        var run = CommandLineRun.Of("schema");

        Assert.Equal((0, "", Committed), (run.ExitCode, run.Error, run.Output));
    }

    [Fact]
    public void The_machine_form_holds_the_same() =>
        Assert.True(JsonNode.DeepEquals(JsonNode.Parse(Committed), CommandLineRun.Of("schema", "--format", "json").Result!["schema"]));
}
