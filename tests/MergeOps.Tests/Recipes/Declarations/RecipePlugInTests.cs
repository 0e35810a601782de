using System.Collections.Immutable;
using System.Text;
using System.Text.Json.Nodes;
using MergeOps.Diagnostics;
using MergeOps.Methods.Contract;
using MergeOps.Recipes;
using MergeOps.Recipes.Declarations;
using MergeOps.Recipes.Schema;
using MergeOps.Recipes.Terms;
using MergeOps.Recipes.Validation;
using Xunit;

namespace MergeOps.Tests.Recipes.Declarations;

/// <summary>A kind of task and a kind of place that the library does not have: their own files are all that knows of their keys.</summary>
public sealed class RecipePlugInTests
{
    private static readonly KeyDeclaration Shots = new("shots", new NumberShape(Whole: true, Min: 0), Affects.Approval, "examples before each question") { IsLater = true };
    private static readonly KeyDeclaration Rest = new("rest", new NumberShape(Min: 0.5), Affects.Approval, "seconds between questions") { IsLater = true };
    private static readonly KeyDeclaration Separator = new("separator", new TextShape { IsLine = false }, Affects.Approval, "what stands between them") { IsLater = true };
    private static readonly KeyDeclaration Sheet = new("sheet", new PathShape(), Affects.Approval, "answers of a past year") { IsLater = true };
    private static readonly KeyDeclaration Examiner = new("examiner", new TextShape(), Affects.Approval, "who asks") { IsLater = true, IsRequired = true };
    private static readonly KeyDeclaration Room = new("room", new TextShape { Objection = room => room.StartsWith('R') ? null : "Rooms begin with R." }, Affects.Approval, "a room") { IsLater = true };
    private static readonly KeyDeclaration Season = new("season", new NameShape(["spring", "autumn"]), Affects.Approval, "when") { IsLater = true };
    private static readonly KeyDeclaration Open = new("open", new FlagShape(), Affects.Approval, "whether books may be open") { IsLater = true };

    private static readonly RecipeCatalogue Catalogue = new(MethodCatalogue.Default)
    {
        Tasks = [new PlugIn("essay", []), new PlugIn("oral", [Shots, Rest, Separator, Sheet]), new PlugIn("viva", [Examiner])],
        UsualTask = "essay",
        Targets = [new PlugIn("room", [Room, Season, Open]), new PlugIn("shelf", [new("shelf", new PathShape(), Affects.Approval, "a shelf") { IsLater = true }])],
    };

    [Fact]
    public void Their_values_are_read_by_the_declarations_that_brought_them()
    {
        var (recipe, found) = Read("""
            { name: sums, kind: oral, data: sums.jsonl, shots: 2, rest: 0.75, separator: "", sheet: ../past.txt }
            """, "{ room: R7, season: autumn, open: true }");

        Assert.True(recipe is not null, string.Join('\n', found));
        var task = Assert.Single(recipe.Evaluate!.Tasks);
        Assert.Same(Catalogue.Tasks[1], task.Kind);
        Assert.Equal((2, 0.75, "", "../past.txt"), (task.Values.Number(Shots), task.Values.Number(Rest), task.Values.Text(Separator), task.Values.Text(Sheet)));
        Assert.Equal(["../past.txt"], task.Values.Paths.Select(path => path.Value));
        Assert.Equal(("room", "R7"), (recipe.Publish!.Kind, recipe.Publish.Place.Value));
        Assert.Equal(("autumn", true), (recipe.Publish.Values.Text(Season), recipe.Publish.Values.Flag(Open)));
    }

    [Fact]
    public void Keys_that_are_not_given_have_no_value_and_a_task_that_names_no_kind_is_of_the_usual_one()
    {
        var (recipe, _) = Read("{ name: sums, data: sums.jsonl }", "{ shelf: out }");

        Assert.Equal("essay", Assert.Single(recipe!.Evaluate!.Tasks).Kind.Name);
        Assert.Equal((null, false), (recipe.Publish!.Values.Text(Season), recipe.Publish.Values.Flag(Open)));
    }

    [Theory]
    [InlineData("{ name: sums, kind: oral, data: sums.jsonl, shots: -1 }", "{ shelf: out }", "MOPS113", "whole number from 0")]
    [InlineData("{ name: sums, kind: oral, data: sums.jsonl, rest: 0.25 }", "{ shelf: out }", "MOPS113", "'rest' must be at least 0.5, found '0.25'.")]
    [InlineData("{ name: sums, kind: oral, data: sums.jsonl, sheet: //host/past.txt }", "{ shelf: out }", "MOPS140", "'sheet' is a local path")]
    [InlineData("{ name: sums, data: sums.jsonl, shots: 1 }", "{ shelf: out }", "MOPS110", "'shots' is for 'oral', but this is 'essay'.")]
    [InlineData("{ name: sums, kind: dance, data: sums.jsonl }", "{ shelf: out }", "MOPS609", "There is no kind of task 'dance'. The kinds are essay, oral, viva.")]
    [InlineData("{ name: sums, kind: viva, data: sums.jsonl }", "{ shelf: out }", "MOPS109", "'examiner' is missing here.")]
    [InlineData("{ name: sums, kind: esay, data: sums.jsonl }", "{ shelf: out }", "MOPS609", "There is no kind of task 'esay'. Did you mean 'essay'?")]
    [InlineData("{ name: sums, data: sums.jsonl }", "{ room: 7 }", "MOPS112", "Rooms begin with R.")]
    [InlineData("{ name: sums, data: sums.jsonl }", "{ room: R7, season: fall }", "MOPS112", "'season' is 'spring' or 'autumn', not 'fall'.")]
    [InlineData("{ name: sums, data: sums.jsonl }", "{ shelf: out, open: true }", "MOPS110", "'open' is for 'room', but this is 'shelf'.")]
    [InlineData("{ name: sums, data: sums.jsonl }", "{ room: R7, shelf: out }", "MOPS110", "'publish' names exactly one target: 'room' or 'shelf'.")]
    [InlineData("{ name: sums, data: sums.jsonl }", "{ hub: acme/x, shelf: out }", "MOPS107", "There is no 'hub' under 'publish:'.")]
    public void A_value_that_a_declaration_does_not_allow_is_refused(string task, string publish, string code, string detail)
    {
        var (recipe, found) = Read(task, publish);

        Assert.Null(recipe);
        var mistake = Assert.Single(found);
        Assert.Equal(code, mistake.Code.Id);
        Assert.Contains(detail, mistake.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public void The_schema_and_the_page_of_keys_hold_them()
    {
        var schema = RecipeSchema.Write(Catalogue);
        var page = KeyPage.Write(Catalogue);

        Assert.All(new[] { Shots, Rest, Separator, Sheet, Room, Season, Open }, key =>
        {
            Assert.Contains($"\"{key.Name}\": {{", schema, StringComparison.Ordinal);
            Assert.Contains(key.Help, schema, StringComparison.Ordinal);
        });
        Assert.Equal(
            ["essay", "oral", "viva"], JsonNode.Parse(schema)!["definitions"]!["task"]!["properties"]!["kind"]!["anyOf"]![0]!["enum"]!.AsArray().Select(kind => (string)kind!));
        Assert.Contains("| `kind` | approval | how the items are asked and judged; essay when not given |", page, StringComparison.Ordinal);
        Assert.Contains("| `shots` | approval | with `oral`: examples before each question |", page, StringComparison.Ordinal);
        Assert.Contains("| `room` | approval | a room |", page, StringComparison.Ordinal);
    }

    [Fact]
    public void What_one_plug_in_requires_the_schema_does_not_ask_of_the_others()
    {
        var task = JsonNode.Parse(RecipeSchema.Write(Catalogue))!["definitions"]!["task"]!;

        Assert.Equal(["name", "data"], task["required"]!.AsArray().Select(key => (string)key!));
    }

    [Fact]
    public void Approvals_are_for_their_values_and_one_that_was_given_before_there_was_a_key_holds()
    {
        const string Oral = "{ name: sums, kind: oral, data: sums.jsonl, shots: 2 }";

        Assert.NotEqual(Terms(Oral), Terms(Oral.Replace("shots: 2", "shots: 3", StringComparison.Ordinal)));
        Assert.DoesNotContain("separator", Terms(Oral), StringComparison.Ordinal);

        static string Terms(string task) => ApprovalTerms.Of(Read(task, "{ shelf: out }").Recipe!, Catalogue).ToJsonString();
    }

    private static (Recipe? Recipe, DiagnosticBag Found) Read(string task, string publish)
    {
        using var folder = new TemporaryFolder();
        folder.Write("sums.jsonl", "{}\n"u8);
        return RecipeReader.Read(
            folder.Write("recipe.yml", Encoding.UTF8.GetBytes($$"""
            merge_method: linear
            models:
              - model: acme/math-7b
                parameters: { weight: 1 }
            evaluate: { tasks: [{{task}}] }
            publish: {{publish}}

            """)), Catalogue);
    }

    private sealed record PlugIn(string Name, ImmutableArray<KeyDeclaration> Keys) : IRecipePlugIn
    {
        public string Summary => $"what {Name} is";
    }
}
