using System.Text.Json.Nodes;
using MergeOps.Diagnostics;
using MergeOps.Merging.Parts;
using MergeOps.Planning;
using MergeOps.Tensors;
using MergeOps.Tests.Merging;
using MergeOps.Tests.Planning;
using MergeOps.Tests.Tokenizers;
using Xunit;

namespace MergeOps.Tests.Cli;

/// <summary>A merge that is divided, made part by part and joined: each byte is that of one machine's merge.</summary>
[RunsAlone("runs the command line, which merges")]
public sealed class PartsTests : IDisposable
{
    private const string Ties = """
        merge_method: ties
        base_model: ./a
        models:
          - { model: ./b, parameters: { weight: 0.5, density: 0.5 } }
          - { model: ./c, parameters: { weight: 0.5, density: 0.7 } }
        shard_size: 900B

        """;

    private readonly SmallModels models = new();
    private readonly HostEnvironment environment;

    public PartsTests() => environment = TestEnvironment.WithHome(models.Folder["home"]);

    public void Dispose() => models.Dispose();

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(5)]
    [InlineData(7)]
    [InlineData(40)]
    public void Any_number_of_parts_gives_the_files_of_one_machine(int count)
    {
        Decoders();
        var recipe = Recipe(Ties, isLocked: true);

        Divide(recipe, count);

        AssertIsWhole(recipe);
    }

    [Fact]
    public void Parts_of_models_that_nobody_locked_are_joined_where_they_were_made()
    {
        Decoders();
        var recipe = Recipe(Ties);

        Divide(recipe, 3);

        AssertIsWhole(recipe);
    }

    [Fact]
    public void A_model_in_one_file_is_made_by_one_part()
    {
        Decoders();
        var recipe = Recipe(Ties.Replace("shard_size: 900B\n", "", StringComparison.Ordinal), isLocked: true);

        Divide(recipe, 3);

        AssertIsWhole(recipe);
        Assert.Equal(["merge-part.json", "model.safetensors"], FilesIn("parts/1"));
        Assert.Equal(["merge-part.json"], FilesIn("parts/3"));
    }

    [Fact]
    public void Stages_are_computed_by_the_parts_that_need_them()
    {
        Decoders();
        var recipe = Recipe("""
            name: first
            merge_method: linear
            models:
              - { model: ./a, parameters: { weight: 0.25 } }
              - { model: ./b, parameters: { weight: 0.75 } }
            dtype: bfloat16
            ---
            merge_method: slerp
            base_model: first
            models:
              - model: ./c
            parameters: { t: 0.5 }
            shard_size: 900B
            """, isLocked: true);

        Divide(recipe, 3);

        AssertIsWhole(recipe);
    }

    [Fact]
    public void Modules_go_into_their_folders()
    {
        foreach (var (model, seed) in new[] { ("a", 1), ("b", 2) })
        {
            models.Model(model, seed, ("embeddings.word_embeddings.weight", DType.F32, [6, 4]), ("encoder.layer.0.output.dense.weight", DType.F32, [4, 4]));
            models.Model(model + "/2_Dense", seed + 10, ("linear.weight", DType.F32, [2, 4]), ("linear.bias", DType.F32, [2]));
            Write(model, "config.json", """{"model_type": "bert", "vocab_size": 6, "num_hidden_layers": 1}""");
            Write(model, "modules.json", """[{"idx": 0, "path": "", "type": "sentence_transformers.models.Transformer"}, {"idx": 1, "path": "2_Dense", "type": "sentence_transformers.models.Dense"}]""");
            Write(model, "2_Dense/config.json", """{"in_features": 4, "out_features": 2, "bias": true, "activation_function": "torch.nn.modules.linear.Identity"}""");
        }

        var recipe = Recipe("merge_method: linear\nmodels:\n  - { model: ./a, parameters: { weight: 0.25 } }\n  - { model: ./b, parameters: { weight: 0.75 } }\nshard_size: 32B\n", isLocked: true);

        Divide(recipe, 3);

        AssertIsWhole(recipe);
        Assert.Contains("2_Dense/model.safetensors.index.json", FilesIn("out"));
    }

    [Fact]
    public void An_adapter_is_one_part_and_says_what_it_lacks()
    {
        var llama = Repository.Data("Adapters", "bases", "llama");
        var plain = Repository.Data("Adapters", "plain");
        var recipe = Recipe($$"""
            merge_method: task_arithmetic
            base_model: {{llama}}
            models:
              - { model: {{llama}}+{{plain}}, parameters: { weight: 0.5 } }
            output: { lora: { rank: 2 } }
            """, isLocked: true);

        Divide(recipe, 2);

        AssertIsWhole(recipe);
        Assert.NotNull(JsonNode.Parse(File.ReadAllText(models.Folder["out/merge-manifest.json"]))!["adapter"]);
    }

    [Fact]
    public void A_joined_vocabulary_is_that_of_one_machine()
    {
        using var spoken = new TemporaryModels();
        var tokens = new TokenModels(spoken);
        tokens.Add(1, "a", TokenizerFixture.Json(["one", "two", "three"]));
        tokens.Add(2, "b", TokenizerFixture.Json(["three", "four"]));
        models.Folder.CopyFrom(spoken.Path);
        var recipe = Recipe("merge_method: linear\nmodels:\n  - { model: ./a, parameters: { weight: 0.25 } }\n  - { model: ./b, parameters: { weight: 0.75 } }\ntokenizer_source: union\nshard_size: 100B\n", isLocked: true);

        Divide(recipe, 4);

        AssertIsWhole(recipe);
    }

    [Fact]
    public void A_plan_shows_what_each_part_makes()
    {
        Decoders();
        var recipe = Recipe(Ties, isLocked: true);

        var text = Run("plan", recipe, "--partitions", "3").Output;
        var plan = Run("plan", recipe, "--partitions", "3", "--format", "json").Result!;
        var markdown = Run("plan", recipe, "--partitions", "3", "--format", "markdown").Output;

        var partitions = plan["partitions"]!.AsArray();
        Assert.Equal(["1/3", "2/3", "3/3"], partitions.Select(part => (string)part!["partition"]!));
        Assert.Equal((long)plan["estimate"]!["bytesToWrite"]!, partitions.Sum(part => (long)part!["bytesToWrite"]!));
        Assert.Contains("  2/3  ", text, StringComparison.Ordinal);
        Assert.Contains("| 2/3 |", markdown, StringComparison.Ordinal);
        Assert.Null(Run("plan", recipe, "--format", "json").Result!["partitions"]);
    }

    [Fact]
    public void A_part_that_is_there_is_not_made_again_and_a_damaged_one_is()
    {
        Decoders();
        var recipe = Recipe(Ties, isLocked: true);
        Divide(recipe, 2);

        var again = Run("merge", recipe, "--partition", "1/2", "--out", Part(1));
        Assert.Equal((0, Part(1) + "\n"), (again.ExitCode, again.Output));
        Assert.Contains("= merge     part 1/2: ", again.Error, StringComparison.Ordinal);

        Damage(Directory.GetFiles(Part(1), "*.safetensors").Order().First());
        Assert.Contains("It is made again.", Run("merge", recipe, "--partition", "1/2", "--out", Part(1)).Error, StringComparison.Ordinal);
        Assert.Equal(0, Join(recipe, "other", 1, 2).ExitCode);
    }

    [Fact]
    public void Parts_are_no_models_and_models_no_parts()
    {
        Decoders();
        var recipe = Recipe(Ties, isLocked: true);
        Divide(recipe, 2);

        Assert.Contains("It holds no merge-part.json", Run("merge", recipe, "--partition", "1/2", "--out", models.Folder["out"], "--replace").Error, StringComparison.Ordinal);
        Assert.Contains("It is part 1/2, not 2/2.", Run("merge", recipe, "--partition", "2/2", "--out", Part(1)).Error, StringComparison.Ordinal);
        Assert.Equal(1, Run("merge", recipe, "--out", Part(1), "--replace").ExitCode);
        Assert.Equal(0, Run("merge", recipe, "--partition", "2/2", "--out", Part(1), "--replace").ExitCode);
    }

    [Fact]
    public void A_missing_a_doubled_and_a_foreign_part_are_refused_by_name_at_once()
    {
        Decoders();
        var recipe = Recipe(Ties, isLocked: true);
        Divide(recipe, 4);
        Assert.Equal(0, Run("merge", recipe, "--partition", "2/4", "--out", models.Folder["parts/again"]).ExitCode);
        var other = Recipe(Ties.Replace("0.7", "0.6", StringComparison.Ordinal), name: "other.yml", isLocked: true);
        Assert.Equal(0, Run("merge", other, "--partition", "3/4", "--out", models.Folder["parts/other"]).ExitCode);
        Assert.Equal(0, Run("merge", recipe, "--partition", "3/5", "--out", models.Folder["parts/fifth"]).ExitCode);
        Directory.CreateDirectory(models.Folder["parts/empty"]);

        var run = Run("merge", recipe, "--out", models.Folder["joined"], "--join", Part(1), Part(2), models.Folder["parts/again"], models.Folder["parts/other"], Part(4), models.Folder["parts/fifth"], models.Folder["parts/empty"]);

        Assert.Equal((1, ""), (run.ExitCode, run.Output));
        Assert.Contains($"{models.Folder["parts/again"]}: error MOPS516: A part does not belong to this merge. It is part 2/4, and so is '{Part(2)}'.", run.Error, StringComparison.Ordinal);
        Assert.Contains($"{models.Folder["parts/other"]}: error MOPS516", run.Error, StringComparison.Ordinal);
        Assert.Contains($"{models.Folder["parts/fifth"]}: error MOPS516: A part does not belong to this merge. It is part 3/5; the others are parts of 4.", run.Error, StringComparison.Ordinal);
        Assert.Contains($"{models.Folder["parts/empty"]}: error MOPS515", run.Error, StringComparison.Ordinal);
        Assert.Contains("Part 3/4 is missing.", run.Error, StringComparison.Ordinal);
        Assert.False(Directory.Exists(models.Folder["joined"]));
    }

    [Fact]
    public void A_part_of_another_numeric_class_is_refused_by_name()
    {
        Decoders();
        var recipe = Recipe(Ties, isLocked: true);
        Divide(recipe, 3);
        var manifest = Path.Combine(Part(2), "merge-part.json");
        var text = JsonNode.Parse(File.ReadAllText(manifest))!;
        text["numericClass"] = "cuda:sm_90/2.10";
        File.WriteAllText(manifest, text.ToJsonString());

        var run = Join(recipe, "joined", 1, 2, 3);

        Assert.Equal(1, run.ExitCode);
        Assert.Contains($"{Part(2)}: error MOPS516: A part does not belong to this merge. It was made on cuda:sm_90/2.10, the others on cpu", run.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("flip", "has SHA-256 ")]
    [InlineData("cut", "is not a file of this merge: its header or its length differs")]
    [InlineData("remove", "is missing")]
    [InlineData("other", "is not a file of this merge: its header or its length differs")]
    public void A_damaged_part_is_refused_by_name_and_nothing_appears(string what, string said)
    {
        Decoders();
        var recipe = Recipe(Ties, isLocked: true);
        Divide(recipe, 3);
        var file = Directory.GetFiles(Part(2), "*.safetensors").Order().Last();
        switch (what)
        {
            case "flip":
                Damage(file);
                break;
            case "cut":
                File.WriteAllBytes(file, File.ReadAllBytes(file)[..^1]);
                break;
            case "remove":
                File.Delete(file);
                break;
            default:
                File.Copy(Directory.GetFiles(Part(1), "*.safetensors").Order().First(), file, overwrite: true);
                break;
        }

        var run = Join(recipe, "joined", 1, 2, 3);

        Assert.Equal((1, ""), (run.ExitCode, run.Output));
        Assert.Contains($"{Part(2)}: error MOPS517: A part of the merge is damaged. Part 2/3: '{Path.GetFileName(file)}' {said}", run.Error, StringComparison.Ordinal);
        Assert.False(Directory.Exists(models.Folder["joined"]));

        Assert.Equal(0, Run("merge", recipe, "--partition", "2/3", "--out", Part(2)).ExitCode);
        Assert.Equal(0, Join(recipe, "joined", 1, 2, 3).ExitCode);
        Assert.Equal(FilesIn("out"), FilesIn("joined"));
    }

    [Fact]
    public void A_manifest_that_lies_about_its_files_leads_nowhere()
    {
        Decoders();
        var recipe = Recipe(Ties, isLocked: true);
        Divide(recipe, 2);
        var manifest = Path.Combine(Part(2), "merge-part.json");
        var text = JsonNode.Parse(File.ReadAllText(manifest))!;
        text["files"]!.AsObject().Add("../../escape.safetensors", text["files"]!.AsObject().First().Value!.DeepClone());
        File.WriteAllText(manifest, text.ToJsonString());

        var run = Join(recipe, "joined", 1, 2);

        Assert.Equal(1, run.ExitCode);
        Assert.Contains($"{Part(2)}: error MOPS516", run.Error, StringComparison.Ordinal);
        File.WriteAllText(manifest, "{");
        var damaged = Join(recipe, "joined", 1, 2);
        Assert.Contains($"{manifest}: error MOPS510", damaged.Error, StringComparison.Ordinal);
        Assert.Contains("Remove the folder, and make the part again with `mergeops merge --partition`.", damaged.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void The_manifest_of_a_part_is_read_in_its_first_version_and_refused_in_a_newer_one()
    {
        var first = Repository.Data("Formats", "part-1");
        var manifest = PartManifest.Find(first)!;
        Assert.Equal((new Partition(2, 3), "cpu", 5_000_000_000), (manifest.Partition, manifest.NumericClass, manifest.ShardSize));
        Assert.Equal("8a39d2abd3999ab73c34db2476849cddf303ce389b35826850f9a700589b4a90", manifest.Files["model-00002-of-00003.safetensors"].Sha256);

        var text = File.ReadAllText(Path.Combine(first, PartManifest.FileName));
        models.Folder.Write("newer/merge-part.json", System.Text.Encoding.UTF8.GetBytes(text.Replace("\"version\": 1", "\"version\": 2", StringComparison.Ordinal)));
        var refused = Assert.Throws<MergeOpsException>(() => PartManifest.Find(models.Folder["newer"]));
        Assert.Contains("It has version 2; this program reads version 1. Update MergeOps.", refused.Diagnostic.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public void Parts_made_before_and_after_an_unlocked_input_changed_are_not_joined()
    {
        Decoders();
        var recipe = Recipe(Ties);
        Divide(recipe, 2);
        File.SetLastWriteTimeUtc(models.Folder["b/model.safetensors"], DateTime.UtcNow.AddMinutes(1));
        Assert.Equal(0, Run("merge", recipe, "--partition", "2/2", "--out", Part(2), "--replace").ExitCode);

        var run = Join(recipe, "joined", 1, 2);

        Assert.Equal(1, run.ExitCode);
        Assert.Contains("without a lock it is unknown whether the weights are the same", run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void The_parts_stay_and_a_second_join_finds_the_first()
    {
        Decoders();
        var recipe = Recipe(Ties, isLocked: true);
        Divide(recipe, 3);

        Assert.StartsWith("= merge     3 parts with ", Join(recipe, "out", 1, 2, 3).Error, StringComparison.Ordinal);
        Assert.All(Enumerable.Range(1, 3), part => Assert.NotEmpty(Directory.GetFiles(Part(part), "*.safetensors")));
        Assert.Equal(0, Run("verify", models.Folder["out"]).ExitCode);
        Assert.StartsWith("= merge", Run("merge", recipe, "--out", models.Folder["out"]).Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("--partition makes a part and --join joins parts", "--partition", "1/2", "--join", "p")]
    [InlineData("leave --shard-size out", "--shard-size", "5GB", "--join", "p")]
    [InlineData("takes a part and their number, such as 2/5", "--partition", "3/2")]
    [InlineData("Option --join needs a value", "--join")]
    public void What_cannot_go_together_is_wrong_usage(string said, params string[] arguments)
    {
        var run = Run(["merge", "recipe.yml", "--out", "o", .. arguments]);

        Assert.Equal(2, run.ExitCode);
        Assert.Contains(said, run.Error, StringComparison.Ordinal);
    }

    private void Decoders()
    {
        foreach (var (model, seed) in new[] { ("a", 1), ("b", 2), ("c", 3) })
        {
            models.Model(model, seed, [("model.embed_tokens.weight", DType.F32, [8, 4]), ("model.norm.weight", DType.F32, [4]), .. Enumerable.Range(0, 6).SelectMany(layer => new (string, DType, long[])[]
            {
                ($"model.layers.{layer}.self_attn.q_proj.weight", DType.BF16, [20, 10]), ($"model.layers.{layer}.mlp.up_proj.weight", DType.BF16, [30, 10]),
            })]);
            Write(model, "config.json", """{"architectures": ["LlamaForCausalLM"], "num_hidden_layers": 6, "vocab_size": 8, "tie_word_embeddings": true}""");
        }
    }

    private void Write(string model, string path, string text) => models.Folder.Write($"{model}/{path}", System.Text.Encoding.UTF8.GetBytes(text));

    private string Recipe(string yaml, string name = "recipe.yml", bool isLocked = false)
    {
        var path = models.Folder.Write(name, System.Text.Encoding.UTF8.GetBytes(yaml));
        if (isLocked)
        {
            var run = Run("lock", path);
            Assert.True(run.ExitCode == 0, run.Error);
        }

        return path;
    }

    private CommandLineRun Run(params string[] arguments) => CommandLineRun.Of(environment, arguments);

    private string Part(int number) => models.Folder[$"parts/{number}"];

    // one machine's merge, the parts, and what they are joined to
    private void Divide(string recipe, int count)
    {
        foreach (var number in Enumerable.Range(1, count))
        {
            var run = Run("merge", recipe, "--partition", $"{number}/{count}", "--out", Part(number));
            Assert.True(run.ExitCode == 0, run.Error);
            Assert.Equal(Part(number) + "\n", run.Output);
        }

        var joined = Join(recipe, "out", [.. Enumerable.Range(1, count).Reverse()]);
        Assert.True(joined.ExitCode == 0, joined.Error);
        Assert.Equal(models.Folder["out"] + "\n", joined.Output);
    }

    private CommandLineRun Join(string recipe, string output, params int[] parts) => Run(["merge", recipe, "--out", models.Folder[output], "--join", .. parts.Select(Part)]);

    private void AssertIsWhole(string recipe)
    {
        var whole = Run("merge", recipe, "--out", models.Folder["whole"]);
        Assert.True(whole.ExitCode == 0, whole.Error);
        Assert.Equal(FilesIn("whole"), FilesIn("out"));
        Assert.All(FilesIn("whole"), file => Assert.Equal(File.ReadAllBytes(models.Folder["whole/" + file]), File.ReadAllBytes(models.Folder["out/" + file])));
    }

    private static void Damage(string file)
    {
        var bytes = File.ReadAllBytes(file);
        bytes[^1] ^= 1;
        File.WriteAllBytes(file, bytes);
    }

    private List<string> FilesIn(string folder) =>
    [
        .. Directory.EnumerateFiles(models.Folder[folder], "*", SearchOption.AllDirectories).Select(file => Path.GetRelativePath(models.Folder[folder], file).Replace('\\', '/')).Order(StringComparer.Ordinal),
    ];
}
