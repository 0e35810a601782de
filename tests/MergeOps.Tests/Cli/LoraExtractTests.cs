using System.Text.Json.Nodes;
using MergeOps.Merging.Writing;
using MergeOps.Tensors;
using MergeOps.Tests.Planning;
using Xunit;

namespace MergeOps.Tests.Cli;

/// <summary><c>mergeops lora extract</c>, and the way of its recipe from plan to published adapter.</summary>
public sealed class LoraExtractTests : IDisposable
{
    private readonly TemporaryModels models = new TemporaryModels().Llama("base", 1).Llama("tuned", 1);
    private readonly HostEnvironment environment;

    public LoraExtractTests()
    {
        environment = TestEnvironment.WithHome(Path.Combine(models.Path, "home"));
        models.Poke("tuned", "model.layers.0.self_attn.q_proj.weight", 0, BitConverter.GetBytes(0.5f));
    }

    public void Dispose() => models.Dispose();

    [Fact]
    public void Writes_a_recipe_whose_paths_start_at_its_folder()
    {
        var file = Path.Combine(models.Path, "recipes", "lora.yml");

        var run = CommandLineRun.Of(
            environment, "lora", "extract", Path.GetRelativePath(Environment.CurrentDirectory, Path.Combine(models.Path, "tuned")),
            "--base", Path.GetRelativePath(Environment.CurrentDirectory, Path.Combine(models.Path, "base")), "--rank", "2", "--save-module", "norm", "--out", file);

        Assert.True(run.ExitCode == 0, run.Error);
        Assert.Equal(file + "\n", run.Output);
        Assert.Equal(
            """
            # The adapter that turns the base into the model, as far as the rank allows.
            merge_method: task_arithmetic
            base_model: ../base
            models:
              - model: ../tuned
                parameters: { weight: 1 }
            output:
              lora:
                rank: 2
                modules_to_save: [norm]

            """,
            File.ReadAllText(file));
        Assert.Equal(0, CommandLineRun.Of(environment, "validate", file).ExitCode);
    }

    [Fact]
    public void Without_a_file_the_recipe_is_the_output()
    {
        var run = CommandLineRun.Of(environment, "lora", "extract", Path.Combine(models.Path, "tuned"), "--base", Path.Combine(models.Path, "base"));

        Assert.True(run.ExitCode == 0, run.Error);
        Assert.Contains($"base_model: {Path.Combine(models.Path, "base")}\n", run.Output, StringComparison.Ordinal);
        Assert.Contains("rank: 32\n", run.Output, StringComparison.Ordinal);
    }

    [Fact]
    public void Machines_get_the_text_and_its_place()
    {
        var run = CommandLineRun.Of(environment, "lora", "extract", "acme/tuned", "--base", "acme/base", "--format", "json");

        var result = JsonNode.Parse(run.Output)!["result"]!;
        Assert.Null(result["recipe"]);
        Assert.Contains("base_model: acme/base\n", (string)result["text"]!, StringComparison.Ordinal);
    }

    [Fact]
    public void Another_recipe_is_never_written_over()
    {
        var file = models.Recipe("merge_method: linear\n", "mine.yml");

        var run = CommandLineRun.Of(environment, "lora", "extract", "acme/tuned", "--base", "acme/base", "--out", file);

        Assert.NotEqual(0, run.ExitCode);
        Assert.Equal("merge_method: linear\n", File.ReadAllText(file));
    }

    [Theory]
    [InlineData("./no/such/model")]
    [InlineData("acme/tuned@@")]
    public void Models_that_there_are_not_make_no_recipe(string model)
    {
        var file = Path.Combine(models.Path, "lora.yml");

        var run = CommandLineRun.Of(environment, "lora", "extract", model, "--base", "acme/base", "--out", file);

        Assert.Equal(1, run.ExitCode);
        Assert.False(File.Exists(file));
    }

    [Fact]
    public void The_adapter_is_merged_once_and_published_as_one()
    {
        var recipe = models.Recipe(
            """
            name: small-lora
            version: 1.0.0
            merge_method: task_arithmetic
            base_model: ./base
            models:
              - model: ./tuned
                parameters: { weight: 1 }
            output: { lora: { rank: 2, target_modules: [q_proj] } }
            publish: { folder: published }
            """);
        Assert.Equal(0, CommandLineRun.Of(environment, "lock", recipe).ExitCode);

        var run = CommandLineRun.Of(environment, "run", recipe);

        Assert.True(run.ExitCode == 0, run.Error);
        var folder = Directory.GetFiles(models.Path, "adapter_model.safetensors", SearchOption.AllDirectories).Select(Path.GetDirectoryName).Single(place => place!.Contains("published", StringComparison.Ordinal))!;
        Assert.True(File.Exists(Path.Combine(folder, "adapter_config.json")));
        Assert.False(File.Exists(Path.Combine(folder, "config.json")));
        Assert.Equal(0, MergeManifest.Find(folder)!.Adapter!.RelativeError, 1e-6);
        var card = File.ReadAllText(Path.Combine(folder, "README.md"));
        Assert.Contains("base_model_relation: \"adapter\"", card, StringComparison.Ordinal);
        Assert.Contains("library_name: \"peft\"", card, StringComparison.Ordinal);
        Assert.Equal(0, CommandLineRun.Of(environment, "verify", folder).ExitCode);
    }
}
