using System.Text.Json.Nodes;
using MergeOps.Diagnostics;
using MergeOps.Recipes.Schema;
using MergeOps.Recipes.Yaml;
using NJsonSchema;
using Xunit;

namespace MergeOps.Tests.Recipes.Schema;

public sealed class RecipeSchemaTests
{
    private static readonly string Committed = Path.Combine(Repository.Root, "recipes", "recipe.schema.json");

    public static TheoryData<string> ValidFixtures =>
        [.. Directory.EnumerateFiles(Repository.Data("Recipes", "findings"), "valid-*.yml").Select(Path.GetFileName).OfType<string>()];

    /// <summary>With <c>MERGEOPS_APPROVE=1</c> the schema of now is written instead, to be looked at in the diff.</summary>
    [Fact]
    public void The_committed_schema_is_what_the_declarations_make()
    {
        var schema = RecipeSchema.Write(RecipeText.Catalogue);
        if (Environment.GetEnvironmentVariable("MERGEOPS_APPROVE") == "1")
        {
            File.WriteAllText(Committed, schema);
        }

        Assert.Equal(File.ReadAllText(Committed), schema);
    }

    [Theory]
    [MemberData(nameof(ValidFixtures))]
    public async Task A_valid_recipe_validates(string file) =>
        Assert.Empty(await Mistakes(Repository.Data("Recipes", "findings", file)));

    [Fact]
    public async Task The_recipes_of_this_repository_name_the_schema_and_validate()
    {
        var recipes = Directory.EnumerateFiles(Path.GetDirectoryName(Committed)!, "*.yml").Where(file => !file.EndsWith(".lock.yml", StringComparison.Ordinal));
        await Assert.AllAsync(recipes, async recipe =>
        {
            Assert.Equal("# yaml-language-server: $schema=recipe.schema.json", File.ReadLines(recipe).First());
            Assert.Empty(await Mistakes(recipe));
        });
    }

    [Theory]
    [InlineData("unknown-top-key.yml", "dtpye")]
    [InlineData("wrong-case-key.yml", "Model")]
    [InlineData("param-typo.yml", "densty")]
    [InlineData("parameter-at-top-level.yml", "lambda")]
    [InlineData("unknown-method.yml", "merge_method")]
    [InlineData("task-of-no-kind.yml", "kind")]
    [InlineData("dtype-unknown.yml", "dtype")]
    [InlineData("density-range.yml", "density")]
    [InlineData("no-method.yml", "merge_method")]
    [InlineData("weight-text.yml", "weight")]
    [InlineData("range-three.yml", "layer_range")]
    public async Task A_mistake_does_not_validate(string file, string named) =>
        Assert.Contains(
            await Mistakes(Repository.Data("Recipes", "findings", file)), mistake => mistake.Contains(named, StringComparison.Ordinal));

    private static async Task<IEnumerable<string>> Mistakes(string path)
    {
        var schema = await JsonSchema.FromJsonAsync(RecipeSchema.Write(RecipeText.Catalogue), TestContext.Current.CancellationToken);
        var found = new DiagnosticBag();
        var root = YamlTreeReader.Read(SourceFile.Read(path, found)!, found)!;
        return [.. schema.Validate(ToJson(root)!.ToJsonString()).Select(mistake => mistake.ToString())];
    }

    private static JsonNode? ToJson(YamlNode node) => node switch
    {
        YamlMapping mapping => new JsonObject(mapping.Entries.Select(entry => KeyValuePair.Create(entry.Key.Text, ToJson(entry.Value)))),
        YamlSequence list => new JsonArray([.. list.Items.Select(ToJson)]),
        _ when CoreSchema.IsNull(node) => null,
        YamlScalar scalar when CoreSchema.Flag(scalar) is { } flag => flag,
        YamlScalar { IsPlain: true } scalar when ulong.TryParse(scalar.Text, out var whole) => whole,
        YamlScalar { IsPlain: true } scalar when CoreSchema.Number(scalar.Text) is { } number && double.IsFinite(number) => number,
        YamlScalar scalar => scalar.Text,
        _ => throw new ArgumentOutOfRangeException(nameof(node)),
    };
}
