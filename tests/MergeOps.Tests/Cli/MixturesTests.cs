using MergeOps.Pipeline.Stages;
using MergeOps.Tensors;
using MergeOps.Tests.Planning;
using Xunit;

namespace MergeOps.Tests.Cli;

/// <summary>A file of mergekit-moe through the verbs of the command line.</summary>
public sealed class MixturesTests : IDisposable
{
    private const string OfMergekit = """
        base_model: ./base   # attention and embedding
        gate_mode: random
        dtype: bfloat16
        experts:
          - source_model: ./a
            positive_prompts:
              - "solve this"
          - source_model: ./b
            positive_prompts:
              - "tell me a story"

        """;

    private readonly TemporaryModels models = new();

    public void Dispose() => models.Dispose();

    [Fact]
    public void An_import_says_which_method_it_is_and_finds_the_models_from_the_new_place()
    {
        Dense("base", "a", "b");
        Directory.CreateDirectory(Path.Combine(models.Path, "recipes"));
        var imported = Path.Combine(models.Path, "recipes", "mixture.yml");

        var run = CommandLineRun.Of("import", models.Recipe(OfMergekit), "--out", imported);

        Assert.True(run.ExitCode == 0, run.Error);
        Assert.Contains("mergekit-moe", run.Error, StringComparison.Ordinal);
        Assert.Equal(
            $"# Imported from recipe.yml\nmerge_method: moe\n{OfMergekit.Replace(": ./", ": ../", StringComparison.Ordinal)}",
            File.ReadAllText(imported));
        Assert.Equal(0, CommandLineRun.Of("validate", imported).ExitCode);
    }

    [Fact]
    public void What_an_import_writes_is_merged_and_locked()
    {
        Dense("base", "a", "b");
        var imported = Path.Combine(models.Path, "mixture.yml");
        var output = Path.Combine(models.Path, "out");
        CommandLineRun.Of("import", models.Recipe(OfMergekit), "--out", imported);

        var locked = CommandLineRun.Of("lock", imported);
        var merged = CommandLineRun.Of("merge", imported, "--out", output);

        Assert.True(locked.ExitCode == 0, locked.Error);
        Assert.Contains("3 models, 6 files", locked.Error, StringComparison.Ordinal);
        Assert.True(merged.ExitCode == 0, merged.Error);
        Assert.Contains("MixtralForCausalLM", File.ReadAllText(Path.Combine(output, "config.json")), StringComparison.Ordinal);
    }

    [Fact]
    public void Experts_are_compared_by_what_they_learned_and_their_average_is_a_dense_model()
    {
        Dense("base", "a", "b");
        var recipe = models.Recipe("merge_method: moe\n" + OfMergekit);

        var run = CommandLineRun.Of("analyze", recipe);
        var (planned, _) = PlanMerge.Run(TestEnvironment.OfThisProcess, recipe);
        var average = PlainAverage.Plan(TestEnvironment.OfThisProcess, planned!, out _)!.Plan;

        Assert.True(run.ExitCode == 0, run.Error);
        Assert.Contains("./a × ./b", run.Output, StringComparison.Ordinal);
        Assert.Equal(["linear"], average.Jobs.Select(job => job.MethodName).Distinct());
        Assert.Contains("model.layers.0.mlp.gate_proj.weight", average.Jobs.Select(job => job.Name));
    }

    [Fact]
    public void An_expert_with_an_adapter_can_be_opened_alone()
    {
        Dense("base", "a", "b");
        models.Adapter(
            "lora",
            """{"peft_type": "LORA", "r": 2, "lora_alpha": 4, "target_modules": ["up_proj"]}""",
            ("base_model.model.model.layers.0.mlp.up_proj.lora_A.weight", DType.F32, [2, 4]),
            ("base_model.model.model.layers.0.mlp.up_proj.lora_B.weight", DType.F32, [6, 2]));
        var (planned, _) = PlanMerge.Run(TestEnvironment.OfThisProcess, models.Recipe("merge_method: moe\n" + OfMergekit.Replace("./a", "./a+./lora", StringComparison.Ordinal)));
        var expert = planned!.Models.First(model => !model.Adapters.IsEmpty).Model;

        var alone = AppliedAdapters.Plan(TestEnvironment.OfThisProcess, planned, expert, out var whyNot);

        Assert.True(alone is not null, whyNot);
        Assert.Contains("model.layers.0.mlp.up_proj.weight", alone.Jobs.Select(job => job.Name));
    }

    private void Dense(params string[] names)
    {
        var tensors = new Dictionary<string, long[]>
        {
            ["model.embed_tokens.weight"] = [8, 4],
            ["model.layers.0.mlp.gate_proj.weight"] = [6, 4],
            ["model.layers.0.mlp.up_proj.weight"] = [6, 4],
            ["model.layers.0.mlp.down_proj.weight"] = [4, 6],
            ["model.norm.weight"] = [4],
        };
        foreach (var name in names)
        {
            models.Model(name, tensors, config: """
                {"architectures": ["LlamaForCausalLM"], "model_type": "llama", "hidden_size": 4, "intermediate_size": 6, "num_hidden_layers": 1,
                "num_attention_heads": 2, "vocab_size": 8, "tie_word_embeddings": true}
                """);
        }
    }
}
