using MergeOps.Sources.Statistics;
using MergeOps.Tensors;
using MergeOps.Tests.Models.Embeddings;
using Xunit;

namespace MergeOps.Tests.Cli;

/// <summary>Statistics of the quickstart's real models.</summary>
public sealed class MeasureTests : IDisposable
{
    private const string Recipe = """
        merge_method: task_arithmetic
        base_model: ./quickstart/base
        models:
          - { model: ./quickstart/past, parameters: { weight: 1 } }
          - { model: ./quickstart/plurals, parameters: { weight: 1 }, calibration: { data: ./quickstart/tasks/plurals.validation.jsonl, items: 3 } }
        calibration: { data: [./quickstart/tasks/past.validation.jsonl, ./quickstart/texts/story.txt], items: 6, max_length: 48 }

        """;

    private const string Fisher = """
        merge_method: fisher
        models:
          - { model: ./quickstart/past, parameters: { weight: 1 } }
          - { model: ./quickstart/plurals, parameters: { weight: 1 } }
        calibration: { data: ./quickstart/tasks/past.validation.jsonl, items: 4 }

        """;

    private readonly TemporaryFolder folder = new();
    private readonly HostEnvironment environment;

    public MeasureTests()
    {
        environment = TestEnvironment.WithHome(folder["home"]);
        foreach (var part in new[] { "base", "past", "plurals", "tasks", "texts" })
        {
            var from = Path.Combine(Repository.Root, "recipes", "quickstart", part);
            foreach (var file in Directory.EnumerateFiles(from))
            {
                folder.Write(Path.Combine("quickstart", part, Path.GetFileName(file)), File.ReadAllBytes(file));
            }
        }

        folder.Write("quickstart/texts/story.txt", File.ReadAllBytes(Directory.EnumerateFiles(folder["quickstart/texts"]).First()));
    }

    public void Dispose() => folder.Dispose();

    [Theory]
    [InlineData("fisher")]
    [InlineData("gram")]
    [InlineData("gradient")]
    [InlineData("activation")]
    public void Each_model_has_its_file_beside_the_recipe_and_the_same_bytes_whatever_the_memory(string kind)
    {
        var recipe = Write(Recipe);

        var run = CommandLineRun.Of(environment, "measure", kind, recipe, "--format", "json");
        var again = CommandLineRun.Of(environment, "measure", kind, recipe, "--format", "json");
        var elsewhere = CommandLineRun.Of(TestEnvironment.WithHome(folder["other"]), "measure", kind, recipe, "--out", folder["out"], "--max-memory", "16MB");

        Assert.True(run.ExitCode == 0, run.Error);
        var files = run.Result!["files"]!.AsArray();
        Assert.Equal(["./quickstart/past", "./quickstart/plurals"], files.Select(file => (string)file!["model"]!));
        Assert.Equal([6, 3], files.Select(file => (int)file!["items"]!));
        Assert.Equal([folder[$"merge.statistics/quickstart-past.{kind}.safetensors"], folder[$"merge.statistics/quickstart-plurals.{kind}.safetensors"]], files.Select(file => (string)file!["path"]!));
        Assert.All(again.Result!["files"]!.AsArray(), file => Assert.True((bool)file!["wasThere"]!));
        Assert.True(elsewhere.ExitCode == 0, elsewhere.Error);
        foreach (var file in files.Select(file => (string)file!["path"]!))
        {
            var statistics = StatisticsFile.Read(file);
            Assert.Equal(kind == "fisher" ? "sampled" : null, statistics.Description.Variant);
            Assert.NotNull(statistics.Find("model.layers.0.mlp.up_proj.weight"));
            Assert.Equal(File.ReadAllBytes(file), File.ReadAllBytes(Path.Combine(folder["out"], Path.GetFileName(file))));
        }

        Assert.Empty(Directory.GetDirectories(folder["home"], "measured", SearchOption.AllDirectories));
        // weights of another model are another measurement
        Assert.Equal(2, files.Select(file => (string)file!["modelDigest"]!).Distinct().Count());
    }

    [Fact]
    public void Another_model_or_other_data_are_measured_again()
    {
        var recipe = Write(Recipe);
        Assert.Equal(0, CommandLineRun.Of(environment, "measure", "activation", recipe, "--model", "./quickstart/past").ExitCode);

        Write(Recipe.Replace("items: 6", "items: 5", StringComparison.Ordinal));
        var other = CommandLineRun.Of(environment, "measure", "activation", recipe, "--model", "./quickstart/past", "--format", "json");
        var origin = CommandLineRun.Of(environment, "measure", "activation", recipe, "--model", "./quickstart/base", "--format", "json");

        Assert.False((bool)other.Result!["files"]![0]!["wasThere"]!);
        Assert.Equal(5, (int)other.Result["files"]![0]!["items"]!);
        Assert.Equal("./quickstart/base", (string)origin.Result!["files"]![0]!["model"]!);
    }

    [Fact]
    public void A_model_with_an_adapter_is_measured_as_the_model_that_it_is()
    {
        var lora = folder["lora.yml"];
        File.WriteAllText(lora, "merge_method: task_arithmetic\nbase_model: ./quickstart/base\nmodels: [{ model: ./quickstart/past, parameters: { weight: 1 } }]\noutput: { lora: { rank: 1024, modules_to_save: [embed_tokens, lm_head, input_layernorm, post_attention_layernorm, norm] } }\n");
        Assert.Equal(0, CommandLineRun.Of(environment, "merge", lora, "--out", folder["lora"]).ExitCode);
        var recipe = Write(Recipe.Replace("model: ./quickstart/plurals,", "model: ./quickstart/base+./lora,", StringComparison.Ordinal).Replace(", calibration: { data: ./quickstart/tasks/plurals.validation.jsonl, items: 3 }", "", StringComparison.Ordinal));

        var run = CommandLineRun.Of(environment, "measure", "activation", recipe, "--format", "json");

        Assert.True(run.ExitCode == 0, run.Error);
        var means = run.Result!["files"]!.AsArray().Select(file => Means((string)file!["path"]!)).ToList();
        // the adapter holds the tied head apart
        Assert.All(means[0], tensor => Assert.All(tensor.Value.Zip(means[1][tensor.Key]), pair => Assert.Equal(pair.First, pair.Second, (1e-4 * Math.Abs(pair.First)) + 1e-6)));
    }

    [Theory]
    [InlineData("items: 6, max_length: 48", "variant: exact", 1, "no 'labels' are given")]
    [InlineData("items: 6, max_length: 48", "variant: emprical", 1, "Did you mean 'empirical'?")]
    [InlineData("./quickstart/tasks/past.validation.jsonl, ", "./quickstart/tasks/none.jsonl, ", 1, "There is no file './quickstart/tasks/none.jsonl'")]
    [InlineData("items: 6, max_length: 48", "variant: exact, labels: [x, y]", 1, "has no 'prompt'")]
    [InlineData("items: 6, max_length: 48", "chat: true", 1, "The data consists of conversations, and it has no chat template")]
    public void What_is_wrong_is_said_before_or_at_the_model(string old, string replaced, int code, string detail)
    {
        var run = CommandLineRun.Of(environment, "measure", "fisher", Write(Recipe.Replace(old, replaced, StringComparison.Ordinal)));

        Assert.Equal(code, run.ExitCode);
        Assert.Contains(detail, run.Error, StringComparison.Ordinal);
        Assert.False(Directory.Exists(folder["merge.statistics"]) && Directory.EnumerateFiles(folder["merge.statistics"], "*past*").Any());
    }

    [Fact]
    public void A_recipe_without_data_and_a_model_that_is_not_its_own_are_told_what_to_do()
    {
        var without = CommandLineRun.Of(environment, "measure", "gram", Write(Recipe[..Recipe.IndexOf("calibration: { data: [", StringComparison.Ordinal)]));
        var unknown = CommandLineRun.Of(environment, "measure", "gram", Write(Recipe), "--model", "./quickstart/pats");

        Assert.Equal(1, without.ExitCode);
        Assert.Contains("error MOPS690", without.Error, StringComparison.Ordinal);
        Assert.Equal(1, unknown.ExitCode);
        Assert.Contains("Did you mean './quickstart/past'?", unknown.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void Data_that_are_not_there_keep_no_merge_from_being_planned()
    {
        var recipe = Write(Recipe.Replace("past.validation.jsonl", "none.jsonl", StringComparison.Ordinal));

        Assert.Equal(0, CommandLineRun.Of(environment, "plan", recipe).ExitCode);
    }

    [Theory]
    [InlineData("fisher")]
    [InlineData("gram")]
    public void Numbers_that_are_not_finite_are_refused_by_the_tensors_name(string kind)
    {
        var header = SafetensorsHeaderReader.Read(folder["quickstart/past/model.safetensors"], "model.safetensors");
        using (var weights = File.OpenWrite(folder["quickstart/past/model.safetensors"]))
        {
            // NaN in bfloat16
            weights.Position = header.Tensors.First(tensor => tensor.Name == "model.layers.2.mlp.up_proj.weight").Offset;
            weights.Write([0xC0, 0x7F]);
        }

        var run = CommandLineRun.Of(environment, "measure", kind, Write(Recipe), "--model", "./quickstart/past");

        Assert.Equal(1, run.ExitCode);
        Assert.Matches("error MOPS274: Statistics hold impossible numbers. 'model.*weight' of the .* statistics of './quickstart/past' would hold NaN", run.Error);
        Assert.Empty(Directory.EnumerateFiles(folder["merge.statistics"]));
    }

    [Fact]
    public void Damaged_statistics_are_measured_again_and_never_merged_by()
    {
        var recipe = Write(Fisher);
        Assert.Equal(0, CommandLineRun.Of(environment, "measure", "fisher", recipe).ExitCode);
        var file = folder["merge.statistics/quickstart-past.fisher.safetensors"];
        var whole = File.ReadAllBytes(file);
        byte[] damaged = [.. whole];
        damaged[^2] ^= 1;
        File.WriteAllBytes(file, damaged);

        var merge = CommandLineRun.Of(environment, "merge", recipe, "--out", folder["merged"]);
        var locked = CommandLineRun.Of(environment, "lock", recipe);
        var again = CommandLineRun.Of(environment, "measure", "fisher", recipe, "--format", "json");

        Assert.All(new[] { merge, locked }, run =>
        {
            Assert.Equal(1, run.ExitCode);
            Assert.Contains("error MOPS270", run.Error, StringComparison.Ordinal);
            Assert.Contains("quickstart-past.fisher.safetensors", run.Error, StringComparison.Ordinal);
        });
        Assert.False(Directory.Exists(folder["merged"]));
        DeclaredOutput.Check(again.Output);
        Assert.Equal([false, true], again.Result!["files"]!.AsArray().Select(measured => (bool)measured!["wasThere"]!));
        Assert.Equal(whole, File.ReadAllBytes(file));
        Assert.Equal(0, CommandLineRun.Of(environment, "lock", recipe).ExitCode);
        Assert.Equal(0, CommandLineRun.Of(environment, "merge", recipe, "--out", folder["merged"]).ExitCode);
    }

    [Fact]
    public void Gradients_at_the_base_are_compared_between_the_data_of_the_models()
    {
        var data = "./quickstart/tasks/plurals.validation.jsonl";
        var recipe = Write($$"""
            merge_method: task_arithmetic
            base_model: ./quickstart/base
            models:
              - { model: ./quickstart/past, parameters: { weight: 1 }, calibration: { data: ./quickstart/tasks/past.validation.jsonl, items: 3 } }
              - { model: ./quickstart/plurals, parameters: { weight: 1 }, calibration: { data: {{data}}, items: 3 } }

            """);

        var run = CommandLineRun.Of(environment, "analyze", recipe, "--gradients", "--format", "json");
        var text = CommandLineRun.Of(environment, "analyze", recipe, "--gradients");

        Assert.True(run.ExitCode == 0, run.Error);
        DeclaredOutput.Check(run.Output);
        var gradients = run.Result!["gradients"]!;
        var pair = Assert.Single(gradients["pairs"]!.AsArray())!;
        Assert.Equal(("./quickstart/past", "./quickstart/plurals"), ((string)pair["a"]!, (string)pair["b"]!));
        Assert.Equal([3, 3], gradients["data"]!.AsArray().Select(item => (int)item!["items"]!));
        Assert.Contains("gradients at the base", text.Output, StringComparison.Ordinal);

        // the same figure from the files that `measure gradient` writes of the base
        foreach (var (name, file) in new[] { ("one", "./quickstart/tasks/past.validation.jsonl"), ("two", data) })
        {
            Write($"merge_method: linear\nmodels: [{{ model: ./quickstart/base, parameters: {{ weight: 1 }} }}]\ncalibration: {{ data: {file}, items: 3 }}\n");
            Assert.Equal(0, CommandLineRun.Of(environment, "measure", "gradient", recipe, "--out", folder[name]).ExitCode);
        }

        var (one, two) = (Means(folder["one/quickstart-base.gradient.safetensors"]), Means(folder["two/quickstart-base.gradient.safetensors"]));
        double Dot(Dictionary<string, float[]> a, Dictionary<string, float[]> b) => a.Sum(tensor => tensor.Value.Zip(b[tensor.Key], (x, y) => (double)x * y).Sum());
        Assert.Equal(Dot(one, two) / Math.Sqrt(Dot(one, one) * Dot(two, two)), (double)pair["cosine"]!, 1e-8);
    }

    [Fact]
    public void Of_several_recipes_in_a_file_the_models_of_those_are_measured_that_need_it()
    {
        var staged = Fisher.Replace("merge_method", "name: blend\nmerge_method", StringComparison.Ordinal)
            + "---\nmerge_method: slerp\nbase_model: blend\nmodels: [{ model: ./quickstart/base }]\nparameters: { t: 0.5 }\ndtype: float32\n";
        var recipe = Write(staged);

        var run = CommandLineRun.Of(environment, "measure", "fisher", recipe, "--format", "json");
        var merge = CommandLineRun.Of(environment, "merge", recipe, "--out", folder["merged"]);
        var stage = CommandLineRun.Of(environment, "measure", "fisher", recipe, "--model", "blend");

        Assert.Equal(["./quickstart/past", "./quickstart/plurals"], run.Result!["files"]!.AsArray().Select(file => (string)file!["model"]!));
        Assert.Equal((1, 1), (merge.ExitCode, stage.ExitCode));
        Assert.Contains("Move it to its own file, merge it, and name the merged folder", merge.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("{\"text\": \"One.\"}\n{\"text\": \"Two.\"}\n{\"text\": \"One.\"}\n", "", 0, "warning MOPS695", "1 of 3 items repeats an earlier one")]
    [InlineData("{\"txt\": \"One.\"}\n", "", 1, "error MOPS691", "A row has \"text\"")]
    [InlineData("", "", 1, "error MOPS606", "0 bytes")]
    [InlineData("{\"prompt\": \"Good?\", \"label\": \"maybe\"}\n", ", labels: [yes, no]", 1, "error MOPS691", "must be one of 'yes', 'no'")]
    [InlineData("{\"text\": \"One.\"}\n", ", variant: exact, labels: [a, b]", 1, "error MOPS691", "has no 'prompt'")]
    public void Validate_looks_at_the_data(string rows, string settings, int code, string diagnostic, string detail)
    {
        folder.Write("rows.jsonl", System.Text.Encoding.UTF8.GetBytes(rows));

        var run = CommandLineRun.Of(environment, "validate", Write(Fisher.Replace("data: ./quickstart/tasks/past.validation.jsonl", $"data: rows.jsonl{settings}", StringComparison.Ordinal)));

        Assert.True(run.ExitCode == code, run.Output);
        Assert.Contains(diagnostic, run.Error + run.Output, StringComparison.Ordinal);
        Assert.Contains(detail, (run.Error + run.Output).ReplaceLineEndings(" "), StringComparison.Ordinal);
    }

    [Fact]
    public void Missing_data_are_a_mistake_only_as_long_as_the_statistics_are_missing()
    {
        var recipe = Write(Fisher);
        Assert.Equal(0, CommandLineRun.Of(environment, "measure", "fisher", recipe).ExitCode);
        File.Delete(folder["quickstart/tasks/past.validation.jsonl"]);

        var measured = CommandLineRun.Of(environment, "validate", recipe);
        Directory.Delete(folder["merge.statistics"], recursive: true);
        var missing = CommandLineRun.Of(environment, "validate", recipe);

        Assert.Equal((0, 1), (measured.ExitCode, missing.ExitCode));
    }

    [Fact]
    public void An_embedding_model_has_Grams_and_no_Fisher_information()
    {
        using var small = new SmallEmbeddingModel();
        foreach (var file in Directory.EnumerateFiles(small.Path, "*", SearchOption.AllDirectories))
        {
            folder.Write(Path.Combine("small", Path.GetRelativePath(small.Path, file)), File.ReadAllBytes(file));
        }

        folder.Write("texts.jsonl", "{\"text\": \"w5 w6 w7\"}\n{\"sentence1\": \"w8\", \"sentence2\": \"w9 w5\"}\n"u8);
        var recipe = Write("merge_method: linear\nmodels: [{ model: ./small, parameters: { weight: 1 } }]\ncalibration: { data: texts.jsonl }\n");

        var gram = CommandLineRun.Of(environment, "measure", "gram", recipe, "--format", "json");
        var fisher = CommandLineRun.Of(environment, "measure", "fisher", recipe);

        Assert.True(gram.ExitCode == 0, gram.Error);
        Assert.Equal(3, (int)gram.Result!["files"]![0]!["items"]!);
        Assert.Equal(1, fisher.ExitCode);
        Assert.Contains("error MOPS692: A model cannot be measured. An embedding model predicts no tokens", fisher.Error, StringComparison.Ordinal);
    }

    private string Write(string recipe) => folder.Write("merge.yml", System.Text.Encoding.UTF8.GetBytes(recipe));

    private static Dictionary<string, float[]> Means(string path)
    {
        var file = StatisticsFile.Read(path);
        using var reader = new TensorReader(file.Checkpoint);
        return file.Checkpoint.Tensors.Values.ToDictionary(tensor => tensor.Name, tensor =>
        {
            var bytes = new byte[tensor.ByteLength];
            reader.Read(tensor, 0, bytes);
            return System.Runtime.InteropServices.MemoryMarshal.Cast<byte, float>(bytes).ToArray();
        });
    }
}
