using System.Text;
using System.Text.Json.Nodes;
using MergeOps.Tensors;
using MergeOps.Tests.Merging;
using Xunit;

namespace MergeOps.Tests.Cli;

/// <summary>What an earlier merge has is copied; what is left is made, and the result is that of a merge from nothing.</summary>
[RunsAlone("runs the command line, which merges")]
public sealed class ReuseTests : IDisposable
{
    private const int Layers = 3;

    private readonly SmallModels models = new();
    private readonly HostEnvironment environment;

    public ReuseTests()
    {
        environment = TestEnvironment.WithHome(models.Folder["home"]);
        foreach (var (model, seed) in new[] { ("a", 1), ("b", 2) })
        {
            models.Model(model, seed, [("model.embed_tokens.weight", DType.F32, [8, 4]), .. Enumerable.Range(0, Layers).SelectMany(layer => new (string, DType, long[])[]
            {
                ($"model.layers.{layer}.self_attn.q_proj.weight", DType.BF16, [20, 10]), ($"model.layers.{layer}.mlp.up_proj.weight", DType.BF16, [30, 10]),
            })]);
            models.Folder.Write($"{model}/config.json", Encoding.UTF8.GetBytes($$"""{"architectures": ["LlamaForCausalLM"], "num_hidden_layers": {{Layers}}, "vocab_size": 8, "tie_word_embeddings": true}"""));
        }
    }

    public void Dispose() => models.Dispose();

    [Fact]
    public void After_one_changed_weight_for_the_mlp_only_its_tensors_are_made()
    {
        Merge(Recipe(0.25), "out");

        var run = Merge(Recipe(0.75), "out", "--replace");

        // three matrices of 300 numbers of two bytes, of two models
        Assert.Equal("""{"tensorsMade":3,"tensorsCopied":4,"bytesRead":3600,"bytesMade":1800,"bytesCopied":1328}""", Work(run));
        AssertIsMadeFromNothing(0.75);
        Assert.Empty(Directory.GetDirectories(models.Folder.Path, ".*"));
    }

    [Fact]
    public void An_earlier_merge_elsewhere_is_used_when_it_is_named()
    {
        Merge(Recipe(0.25), "first");

        Assert.Equal(0, Copied(Merge(Recipe(0.75), "out")));
        Assert.Equal(4, Copied(Merge(Recipe(0.75), "out2", "--reuse", models.Folder["first"])));

        Assert.Equal(Bytes("out"), Bytes("out2"));
    }

    [Fact]
    public void A_merge_that_copies_everything_says_only_that()
    {
        Merge(Recipe(0.25), "first");

        var run = Merge(Recipe(0.25), "out", "--reuse", models.Folder["first"]);

        Assert.Contains("✓ merge     7 tensors (3.13 kB) copied from an earlier merge in ", run.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("0 tensors", run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void A_plan_says_what_is_made_and_what_is_copied()
    {
        Merge(Recipe(0.25), "first");
        var recipe = Recipe(0.75);

        var text = Run("plan", recipe, "--reuse", models.Folder["first"]);
        var json = Run("plan", recipe, "--reuse", models.Folder["first"], "--format", "json");

        Assert.Contains("\nReuse:  makes 3 tensors (1.80 kB) and reads 3.60 kB for that; copies 4 tensors (1.33 kB) from earlier merges", text.Output, StringComparison.Ordinal);
        Assert.Equal("""{"tensorsToMake":3,"tensorsToCopy":4,"bytesToMake":1800,"bytesToCopy":1328,"bytesToRead":3600,"files":1,"filesToMake":1}""", json.Result!["reuse"]!.ToJsonString());
        Assert.DoesNotContain("Reuse:", Run("plan", recipe).Output, StringComparison.Ordinal);
    }

    [Fact]
    public void A_run_remembers_the_runs_of_its_recipe()
    {
        Assert.Equal(0, Run("run", Recipe(0.25)).ExitCode);

        var recipe = Recipe(0.75);
        Assert.Contains("copies 4 tensors", Run("plan", recipe).Output, StringComparison.Ordinal);
        var run = Run("run", recipe, "--format", "json");

        Assert.Equal(4, (int)run.Result!["model"]!["work"]!["tensorsCopied"]!);
        Merge(recipe, "whole", environment: TestEnvironment.WithHome(models.Folder["home2"]));
        Assert.Equal(ModelDigest(models.Folder["whole"]), (string)run.Result["model"]!["modelDigest"]!);
    }

    [Fact]
    public void The_published_version_is_used_on_a_machine_that_has_no_run()
    {
        var publish = "publish:\n  folder: published\n";
        Assert.Equal(0, Run("run", Recipe(0.25, more: publish)).ExitCode);

        var run = CommandLineRun.Of(TestEnvironment.WithHome(models.Folder["other"]), "run", Recipe(0.75, more: publish), "--format", "json");

        Assert.True(run.ExitCode == 0, run.Error);
        Assert.Equal(4, (int)run.Result!["model"]!["work"]!["tensorsCopied"]!);
        Merge(Recipe(0.75), "whole", TestEnvironment.WithHome(models.Folder["home2"]));
        Assert.Equal(ModelDigest(models.Folder["whole"]), (string)run.Result["model"]!["modelDigest"]!);
    }

    [Theory]
    [InlineData("flip")]
    [InlineData("cut")]
    [InlineData("remove")]
    [InlineData("swap")]
    public void An_earlier_merge_that_somebody_changed_lets_no_byte_through(string what)
    {
        Merge(Recipe(0.25), "first");
        var file = models.Folder["first/model.safetensors"];
        var bytes = File.ReadAllBytes(file);
        switch (what)
        {
            case "flip":
                var q = CheckpointReader.Open(models.Folder["first"], []).Tensors["model.layers.1.self_attn.q_proj.weight"];
                bytes[q.Offset + 5] ^= 1;
                File.WriteAllBytes(file, bytes);
                break;
            case "cut":
                File.WriteAllBytes(file, bytes[..^10]);
                break;
            case "swap":
                File.Copy(models.Folder["a/model.safetensors"], file, overwrite: true);
                break;
            default:
                File.Delete(file);
                break;
        }

        var run = Run("merge", Recipe(0.75), "--out", models.Folder["out"], "--reuse", models.Folder["first"]);

        if (run.ExitCode == 0)
        {
            Assert.Contains("warning MOPS518: An earlier merge is damaged. Tensor 'model.", run.Error, StringComparison.Ordinal);
            AssertIsMadeFromNothing(0.75);
        }
        else
        {
            // a checkpoint that cannot be read is an error where it was named
            Assert.Equal(1, run.ExitCode);
            Assert.False(Directory.Exists(models.Folder["out"]));
        }

        Assert.Equal(what is "flip" or "swap", run.ExitCode == 0);
    }

    [Fact]
    public void A_damaged_merge_in_the_place_of_the_output_is_only_not_used()
    {
        Merge(Recipe(0.25), "out");
        var file = models.Folder["out/model.safetensors"];
        File.WriteAllBytes(file, File.ReadAllBytes(file)[..^10]);

        Merge(Recipe(0.75), "out", "--replace");

        AssertIsMadeFromNothing(0.75);
    }

    [Fact]
    public void Without_a_lock_nothing_is_copied()
    {
        Merge(Recipe(0.25, isLocked: false), "out");

        Assert.Equal(0, Copied(Merge(Recipe(0.75, isLocked: false), "out", "--replace")));
    }

    [Fact]
    public void A_merge_of_another_numeric_class_is_not_used()
    {
        Merge(Recipe(0.25), "first");
        var manifest = models.Folder["first/merge-manifest.json"];
        var text = JsonNode.Parse(File.ReadAllText(manifest))!;
        text["numericClass"] = "cuda:sm_90/2.10";
        File.WriteAllText(manifest, text.ToJsonString());

        Assert.Equal(0, Copied(Merge(Recipe(0.75), "out", "--reuse", models.Folder["first"])));
    }

    [Fact]
    public void Another_size_of_files_copies_all_tensors()
    {
        Merge(Recipe(0.25), "first");

        var run = Merge(Recipe(0.25), "out", "--reuse", models.Folder["first"], "--shard-size", "1kB");

        Assert.Equal(7, Copied(run));
        Assert.Equal(0, Run("diff", models.Folder["first"], models.Folder["out"]).ExitCode);
    }

    [Fact]
    public void Parts_copy_what_an_earlier_merge_has()
    {
        Merge(Recipe(0.25), "first");
        var recipe = Recipe(0.75);

        foreach (var part in new[] { "1", "2" })
        {
            Assert.Equal(0, Run("merge", recipe, "--partition", $"{part}/2", "--out", models.Folder[part], "--shard-size", "1kB", "--reuse", models.Folder["first"]).ExitCode);
        }

        Assert.Equal(0, Run("merge", recipe, "--out", models.Folder["out"], "--join", models.Folder["1"], "--join", models.Folder["2"]).ExitCode);
        Merge(recipe, "nothing", TestEnvironment.WithHome(models.Folder["empty"]), "--shard-size", "1kB");
        Assert.Equal(Bytes("nothing"), Bytes("out"));
    }

    [Fact]
    public void Why_nothing_is_used_of_a_merge_that_was_named_is_said()
    {
        var recipe = Recipe(0.25, isLocked: false);
        Merge(recipe, "first");

        var plan = Run("plan", recipe, "--reuse", models.Folder["first"]);
        var merge = Run("merge", recipe, "--out", models.Folder["out"], "--reuse", models.Folder["first"]);

        Assert.Contains("\nReuse:  nothing. './a' is not locked", plan.Output, StringComparison.Ordinal);
        Assert.Equal(0, merge.ExitCode);
        Assert.Contains("warning MOPS520", merge.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void What_is_no_merge_cannot_be_reused()
    {
        var run = Run("merge", Recipe(0.25), "--out", models.Folder["out"], "--reuse", models.Folder["a"]);

        Assert.Equal(1, run.ExitCode);
        Assert.Contains("--reuse must name a merged model, and this folder holds no merge-manifest.json.", run.Error, StringComparison.Ordinal);
    }

    private string Recipe(double mlp, bool isLocked = true, string more = "")
    {
        var path = models.Folder.Write("recipe.yml", Encoding.UTF8.GetBytes(FormattableString.Invariant($$"""
            name: reused
            merge_method: task_arithmetic
            base_model: ./a
            models:
              - model: ./b
                parameters:
                  weight:
                    - { filter: mlp, value: {{mlp}} }
                    - { value: 0.5 }

            """) + more));
        if (isLocked)
        {
            Assert.Equal(0, Run("lock", path).ExitCode);
        }

        return path;
    }

    private CommandLineRun Run(params string[] arguments) => CommandLineRun.Of(environment, arguments);

    private CommandLineRun Merge(string recipe, string output, params string[] more) => Merge(recipe, output, environment, more);

    private CommandLineRun Merge(string recipe, string output, HostEnvironment environment, params string[] more)
    {
        var run = CommandLineRun.Of(environment, ["merge", recipe, "--out", models.Folder[output], "--format", "json", .. more]);
        Assert.True(run.ExitCode == 0, run.Error);
        return run;
    }

    private static string Work(CommandLineRun run) => run.Result!["model"]!["work"]!.ToJsonString();

    private static int Copied(CommandLineRun run) => (int)run.Result!["model"]!["work"]!["tensorsCopied"]!;

    private static string ModelDigest(string folder) => (string)JsonNode.Parse(File.ReadAllText(Path.Combine(folder, "merge-manifest.json")))!["modelDigest"]!;

    private void AssertIsMadeFromNothing(double mlp)
    {
        Merge(Recipe(mlp), "nothing", TestEnvironment.WithHome(models.Folder["empty"]));
        Assert.Equal(Bytes("nothing"), Bytes("out"));
    }

    private List<string> Bytes(string folder) =>
    [
        .. Directory.EnumerateFiles(models.Folder[folder]).Order(StringComparer.Ordinal).Select(file => $"{Path.GetFileName(file)} {FileDigests.Sha256(file)}"),
    ];
}
