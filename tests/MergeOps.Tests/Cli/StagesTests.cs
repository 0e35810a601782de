using System.Text.Json.Nodes;
using MergeOps.Tests.Planning;
using Xunit;

namespace MergeOps.Tests.Cli;

/// <summary>A file with several recipes through the verbs of the command line.</summary>
public sealed class StagesTests : IDisposable
{
    private const string Recipes = """
        name: first
        merge_method: linear
        models:
          - model: ./a
            parameters: { weight: 0.25 }
          - model: ./b
            parameters: { weight: 0.75 }
        dtype: bfloat16
        ---
        merge_method: slerp
        base_model: first
        models:
          - model: ./c
        parameters: { t: 0.5 }
        """;

    private readonly TemporaryModels models = new();
    private readonly string recipe;

    public StagesTests() => recipe = models.Llama("a", 2).Llama("b", 2).Llama("c", 2).Recipe(Recipes);

    private string Out => Path.Combine(models.Path, "out");

    public void Dispose() => models.Dispose();

    [Fact]
    public void A_lock_pins_what_all_recipes_read_and_a_merge_takes_it()
    {
        var locked = CommandLineRun.Of("lock", recipe);
        var merged = CommandLineRun.Of("merge", recipe, "--out", Out);
        var again = CommandLineRun.Of("merge", recipe, "--out", Out);

        Assert.EndsWith(": 3 models, 6 files locked\n", locked.Error, StringComparison.Ordinal);
        Assert.Equal(0, CommandLineRun.Of("lock", "--check", recipe).ExitCode);
        Assert.True(merged.ExitCode == 0, merged.Error);
        Assert.True(again.ExitCode == 0, again.Error);
        Assert.Contains("merged before", again.Error, StringComparison.Ordinal);

        models.Poke("b", "model.norm.weight", 0, 1);
        Assert.Equal(1, CommandLineRun.Of("lock", "--check", recipe).ExitCode);
    }

    [Fact]
    public void A_plan_shows_what_a_stage_does_and_says_it_in_its_file()
    {
        var file = Path.Combine(models.Path, "plan.json");

        var shown = CommandLineRun.Of("plan", recipe);
        var written = CommandLineRun.Of("plan", recipe, "--out", file);

        Assert.True(shown.ExitCode == 0, shown.Error);
        Assert.Contains("Stage first, computed while it is read", shown.Output, StringComparison.Ordinal);
        Assert.Contains("linear(normalize 1) of ./a(weight 0.25), ./b(weight 0.75)", shown.Output, StringComparison.Ordinal);
        Assert.Equal(0, written.ExitCode);
        var plan = JsonNode.Parse(File.ReadAllText(file))!;
        Assert.Equal(["./c", "./a", "./b"], plan["models"]!.AsArray().Select(model => (string)model!["model"]!));
        Assert.Equal("first", (string)plan["stages"]![0]!["name"]!);
        Assert.Equal(["a/config.json", "a/model.safetensors", "b/config.json", "b/model.safetensors", "c/config.json", "c/model.safetensors", "recipe.yml"], plan["inputs"]!.AsArray().Select(input => (string)input!));
    }

    [Fact]
    public void An_explanation_leads_through_a_stage_to_the_files()
    {
        var run = CommandLineRun.Of("explain", recipe, "model.norm.weight");

        Assert.True(run.ExitCode == 0, run.Error);
        Assert.Contains("first", run.Output, StringComparison.Ordinal);
        Assert.Contains("./a", run.Output, StringComparison.Ordinal);
        Assert.Contains("stage (name first, method linear, normalize 1)", run.Output, StringComparison.Ordinal);
        Assert.Contains("input with weight 0.75 model.norm.weight of ./b", run.Output, StringComparison.Ordinal);
    }

    [Fact]
    public void An_import_keeps_the_documents_and_takes_out_of_each_what_mergekit_ignores()
    {
        File.WriteAllText(recipe, Recipes.Replace("dtype: bfloat16", "dtype: bfloat16\nmodel_type: llama", StringComparison.Ordinal));
        Directory.CreateDirectory(Path.Combine(models.Path, "first"));

        var run = CommandLineRun.Of("import", recipe, "--out", Path.Combine(models.Path, "imported.yml"));

        Assert.True(run.ExitCode == 0, run.Error);
        var text = File.ReadAllText(Path.Combine(models.Path, "imported.yml"));
        Assert.DoesNotContain("model_type", text, StringComparison.Ordinal);
        Assert.Contains("base_model: first\n", text, StringComparison.Ordinal);
        Assert.Contains("\n---\n", text, StringComparison.Ordinal);
    }
}
