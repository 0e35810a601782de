using System.Text.Json.Nodes;
using MergeOps.Merging.Writing;
using MergeOps.Tensors;
using MergeOps.Tests.Http;
using MergeOps.Tests.Planning;
using Xunit;

namespace MergeOps.Tests.Cli;

/// <summary>What is called locked, merged or published is there, and is what it is called.</summary>
public sealed class TrustTests : IDisposable
{
    private const string Merge = """
        merge_method: task_arithmetic
        base_model: ./base
        models:
          - model: ./one
            parameters: { weight: 0.5 }
        publish: { folder: published }
        """;

    private readonly TemporaryModels models = new TemporaryModels().Llama("base", 1).Llama("one", 1);
    private readonly HostEnvironment environment;
    private readonly string recipe;

    public TrustTests()
    {
        environment = TestEnvironment.WithHome(Path.Combine(models.Path, "home"));
        models.Poke("base", "model.norm.weight", 0, 0, 0, 0x80, 0x3f).Poke("one", "model.embed_tokens.weight", 4, 0, 0, 0, 0x40);
        recipe = models.Recipe(Merge);
    }

    private string Output => Path.Combine(models.Path, "merged");

    private string Published => Path.Combine(models.Path, "published", "0.1.0");

    private string RunFolder => Assert.Single(Directory.GetDirectories(Path.Combine(models.Path, "home", "runs")));

    public void Dispose()
    {
        models.Dispose();
    }

    [Fact]
    public void A_bit_that_flips_in_a_locked_file_behind_the_disks_back_is_found_by_the_merges_only_read()
    {
        CommandLineRun.Of(environment, "lock", recipe);
        var file = Path.Combine(models.Path, "one", "model.safetensors");
        var locked = new BlobDigest(DigestKind.Sha256, FileDigests.Sha256(file, TestContext.Current.CancellationToken));
        Flip(file);
        Pretend(file, locked);

        var merge = CommandLineRun.Of(environment, "merge", recipe, "--out", Output);
        var again = CommandLineRun.Of(environment, "merge", recipe, "--out", Output);

        Assert.Equal(3, merge.ExitCode);
        Assert.Contains($"{file}: error MOPS505:", merge.Error, StringComparison.Ordinal);
        Assert.Contains("is not what was hashed", merge.Error, StringComparison.Ordinal);
        Assert.Equal(1, again.ExitCode);
        Assert.Contains("error MOPS224:", again.Error, StringComparison.Ordinal);
        Assert.False(Path.Exists(Output));
    }

    [Theory]
    [InlineData("folder")]
    [InlineData("link")]
    public void What_stands_in_the_place_of_a_lock_never_counts_as_no_lock(string kind)
    {
        var place = Path.Combine(models.Path, "recipe.lock.yml");
        if (kind == "folder")
        {
            Directory.CreateDirectory(place);
        }
        else
        {
            File.CreateSymbolicLink(place, Path.Combine(models.Path, "gone"));
        }

        foreach (var verb in new[] { ["plan", recipe], ["merge", recipe, "--out", Output], ["lock", recipe], ["run", recipe], new[] { "lock", recipe, "--check" } })
        {
            var run = CommandLineRun.Of(environment, verb);

            Assert.Equal(1, run.ExitCode);
            Assert.Contains("error MOPS201: The lock cannot be read. It is a ", run.Error, StringComparison.Ordinal);
        }

        Assert.False(Path.Exists(Output));
    }

    [Fact]
    public void A_lock_that_lacks_a_model_is_no_lock_for_the_others()
    {
        CommandLineRun.Of(environment, "lock", recipe);
        var place = Path.Combine(models.Path, "recipe.lock.yml");
        var text = File.ReadAllText(place);
        File.WriteAllText(place, text[..text.LastIndexOf("  - kind:", StringComparison.Ordinal)]);

        foreach (var verb in new[] { ["plan", recipe], new[] { "merge", recipe, "--out", Output } })
        {
            var run = CommandLineRun.Of(environment, verb);

            Assert.Equal(1, run.ExitCode);
            Assert.Contains("error MOPS202: The lock and the recipe's models disagree. './one' is not in the lock.", run.Error, StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData("mergeops.yml")]
    [InlineData("evaluation.json")]
    [InlineData("merge-manifest.json")]
    [InlineData("README.md")]
    public void A_version_with_another_file_than_was_published_is_neither_published_nor_followed_by_its_like(string file)
    {
        CommandLineRun.Of(environment, "run", recipe);
        File.AppendAllText(Path.Combine(Published, file), " ");

        var run = CommandLineRun.Of(environment, "run", recipe);

        Assert.Equal(1, run.ExitCode);
        Assert.Contains("error MOPS711:", run.Error, StringComparison.Ordinal);
        Assert.Equal(Published, Assert.Single(Directory.GetDirectories(Path.Combine(models.Path, "published"))));
    }

    [Theory]
    [InlineData("run")]
    [InlineData("rollback")]
    public void A_version_to_which_somebody_added_a_file_is_not_what_was_published(string verb)
    {
        CommandLineRun.Of(environment, "run", recipe);
        if (verb == "rollback")
        {
            models.Recipe(Merge.Replace("0.5", "0.25", StringComparison.Ordinal));
            Assert.Equal(0, CommandLineRun.Of(environment, "run", recipe).ExitCode);
        }

        File.WriteAllText(Path.Combine(Published, "adapter_config.json"), "{}");

        var run = CommandLineRun.Of(environment, verb, recipe);

        Assert.Equal(1, run.ExitCode);
        Assert.Contains("adapter_config.json: error MOPS713:", run.Error, StringComparison.Ordinal);
        Assert.Equal(verb == "rollback" ? "0.1.1\n" : "0.1.0\n", File.ReadAllText(Path.Combine(models.Path, "published", "latest")));
    }

    [Theory]
    [InlineData("model/config.json")]
    [InlineData("model/model.safetensors")]
    public void A_pipe_in_the_memory_of_a_run_is_damage_like_any_other(string file)
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "needs pipes with names");
        Assert.Equal(0, CommandLineRun.Of(environment, "run", recipe).ExitCode);
        var path = Path.Combine(RunFolder, file);
        File.Delete(path);
        using (var made = System.Diagnostics.Process.Start("mkfifo", path))
        {
            made.WaitForExit();
        }

        var run = CommandLineRun.Of(environment, "run", recipe);

        Assert.Equal(0, run.ExitCode);
        Assert.Contains("It is made again.", run.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("zeros")]
    [InlineData("bit")]
    [InlineData("cut")]
    [InlineData("missing")]
    public void A_merged_model_that_was_damaged_is_made_again(string damage)
    {
        CommandLineRun.Of(environment, "lock", recipe);
        CommandLineRun.Of(environment, "merge", recipe, "--out", Output);
        var weights = Path.Combine(Output, "model.safetensors");
        var sound = File.ReadAllBytes(weights);
        Damage(weights, damage);

        var run = CommandLineRun.Of(environment, "merge", recipe, "--out", Output);

        Assert.Equal((0, Output + "\n"), (run.ExitCode, run.Output));
        Assert.Contains("\n✓ merge ", "\n" + run.Error, StringComparison.Ordinal);
        Assert.Contains($"{Output}: warning MOPS502:", run.Error, StringComparison.Ordinal);
        Assert.Contains("It is made again.", run.Error, StringComparison.Ordinal);
        Assert.Equal(sound, File.ReadAllBytes(weights));
        Assert.StartsWith("= merge", CommandLineRun.Of(environment, "merge", recipe, "--out", Output).Error, StringComparison.Ordinal);
    }

    [Fact]
    public void What_somebody_wrote_into_a_merged_model_is_not_thrown_away_unasked()
    {
        CommandLineRun.Of(environment, "merge", recipe, "--out", Output);
        var config = Path.Combine(Output, "config.json");
        var sound = File.ReadAllText(config);
        File.WriteAllText(config, sound + "\n");

        var refused = CommandLineRun.Of(environment, "merge", recipe, "--out", Output);
        var replaced = CommandLineRun.Of(environment, "merge", recipe, "--out", Output, "--replace");

        Assert.Equal(1, refused.ExitCode);
        Assert.Contains("'config.json' is not the file that the merge wrote.", refused.Error, StringComparison.Ordinal);
        Assert.Equal(0, replaced.ExitCode);
        Assert.Equal(sound, File.ReadAllText(config));
    }

    [Fact]
    public void The_shards_that_are_asked_for_are_made()
    {
        CommandLineRun.Of(environment, "lock", recipe);
        CommandLineRun.Of(environment, "merge", recipe, "--out", Output);

        var refused = CommandLineRun.Of(environment, "merge", recipe, "--out", Output, "--shard-size", "200");
        var replaced = CommandLineRun.Of(environment, "merge", recipe, "--out", Output, "--shard-size", "200", "--replace");
        var again = CommandLineRun.Of(environment, "merge", recipe, "--out", Output, "--shard-size", "200");

        Assert.Equal(1, refused.ExitCode);
        Assert.Contains("in 1 weight file; ", refused.Error, StringComparison.Ordinal);
        Assert.StartsWith("✓ merge", replaced.Error, StringComparison.Ordinal);
        Assert.False(File.Exists(Path.Combine(Output, "model.safetensors")));
        Assert.True(Directory.GetFiles(Output, "model-*.safetensors").Length > 1);
        Assert.StartsWith("= merge", again.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void What_was_known_by_identity_alone_is_said()
    {
        CommandLineRun.Of(environment, "lock", recipe);
        var merged = Json("merge", recipe, "--out", Output)["model"]!["evidence"]!;
        var read = Json("merge", recipe, "--out", Output)["model"]!["evidence"]!;
        var weights = Path.Combine(Output, "model.safetensors");
        var manifest = MergeManifest.Find(Output)!;
        new KnownDigests(environment.Home, LateClock.Instance).RememberTensors(weights, manifest.ModelDigest, FileIdentity.Of(weights));

        var known = Json("merge", recipe, "--out", Output)["model"]!["evidence"]!;

        Assert.Equal((2, 0), ((int)merged["compared"]!, (int)merged["byIdentity"]!));
        Assert.Equal((1, 0), ((int)read["compared"]!, (int)read["byIdentity"]!));
        Assert.Equal((0, 1), ((int)known["compared"]!, (int)known["byIdentity"]!));
        Assert.Contains("; 1 file known by size and times alone", CommandLineRun.Of(environment, "merge", recipe, "--out", Output).Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("zeros", "MOPS711")]
    [InlineData("bit", "MOPS711")]
    [InlineData("cut", "MOPS711")]
    [InlineData("missing", "MOPS712")]
    public void A_published_version_without_its_weights_is_not_called_published(string damage, string code)
    {
        CommandLineRun.Of(environment, "run", recipe);
        CommandLineRun.Of(environment, "merge", recipe, "--out", Output);
        Damage(Path.Combine(Published, "model.safetensors"), damage);

        foreach (var arguments in new[] { new[] { "run", recipe }, ["publish", recipe, "--from", Output], ["publish", recipe, "--from", Output, "--dry-run"] })
        {
            var run = CommandLineRun.Of(environment, arguments);

            Assert.Equal(1, run.ExitCode);
            Assert.Contains($"error {code}:", run.Error, StringComparison.Ordinal);
            Assert.DoesNotContain("is published", run.Error, StringComparison.Ordinal);
        }

        Directory.Delete(Published, recursive: true);
        Assert.Equal(0, CommandLineRun.Of(environment, "run", recipe).ExitCode);
        Assert.Equal(0, CommandLineRun.Of(environment, "verify", Published).ExitCode);
    }

    [Theory]
    [InlineData("bit")]
    [InlineData("missing")]
    public void Nobody_is_rolled_back_to_a_version_without_its_weights(string damage)
    {
        CommandLineRun.Of(environment, "run", recipe);
        File.WriteAllText(recipe, Merge.Replace("0.5", "0.25", StringComparison.Ordinal));
        CommandLineRun.Of(environment, "run", recipe);
        Damage(Path.Combine(Published, "model.safetensors"), damage);

        var dry = CommandLineRun.Of(environment, "rollback", recipe, "--dry-run");
        var run = CommandLineRun.Of(environment, "rollback", recipe);

        Assert.Equal((1, 1), (dry.ExitCode, run.ExitCode));
        Assert.Contains("model.safetensors", run.Error, StringComparison.Ordinal);
        Assert.Equal("0.1.1\n", File.ReadAllText(Path.Combine(models.Path, "published", "latest")));
    }

    [Theory]
    [InlineData("model/model.safetensors", "zeros")]
    [InlineData("model/model.safetensors", "missing")]
    [InlineData("model/config.json", "bit")]
    [InlineData("model/merge-manifest.json", "zeros")]
    [InlineData("model/merge-manifest.json", "missing")]
    public void A_run_makes_what_is_damaged_in_its_memory_again_and_says_so(string file, string damage)
    {
        CommandLineRun.Of(environment, "run", recipe);
        Damage(Path.Combine(RunFolder, file), damage);

        var run = CommandLineRun.Of(environment, "run", recipe);

        Assert.Equal(0, run.ExitCode);
        Assert.Contains("It is made again.", run.Error, StringComparison.Ordinal);
        Assert.Contains("= publish   version 0.1.0 is published", run.Error, StringComparison.Ordinal);
        Assert.Equal(0, CommandLineRun.Of(environment, "verify", Path.Combine(RunFolder, "model")).ExitCode);
    }

    [Theory]
    [InlineData("evaluation.json", "bit")]
    [InlineData("evaluation.json", "missing")]
    [InlineData("evaluation.md", "zeros")]
    [InlineData("evaluation.md", "missing")]
    public void A_report_that_is_damaged_in_the_memory_of_a_run_is_written_again(string file, string damage)
    {
        CommandLineRun.Of(environment, "run", recipe);
        var report = Path.Combine(RunFolder, "evaluation", file);
        var sound = File.ReadAllText(report);
        Damage(report, damage);

        var run = CommandLineRun.Of(environment, "run", recipe);

        Assert.Equal(0, run.ExitCode);
        Assert.DoesNotContain("evaluated before", run.Error, StringComparison.Ordinal);
        Assert.Equal(sound, File.ReadAllText(report));
        Assert.Equal(["0.1.0"], Directory.GetDirectories(Path.Combine(models.Path, "published")).Select(Path.GetFileName));
    }

    [Fact]
    public void A_run_that_finds_something_else_in_its_memory_makes_it_again()
    {
        CommandLineRun.Of(environment, "run", recipe);
        var model = Path.Combine(RunFolder, "model");
        Directory.Delete(model, recursive: true);
        File.WriteAllText(model, "a file");

        Assert.Equal(0, CommandLineRun.Of(environment, "run", recipe).ExitCode);
        Assert.Equal(0, CommandLineRun.Of(environment, "verify", model).ExitCode);
    }

    [Fact]
    public void What_damages_the_memory_of_a_run_does_not_damage_what_is_published()
    {
        CommandLineRun.Of(environment, "run", recipe);

        Flip(Path.Combine(RunFolder, "model", "model.safetensors"));

        Assert.Equal(0, CommandLineRun.Of(environment, "verify", Published).ExitCode);
    }

    [Fact]
    public void The_lock_that_is_published_is_the_one_beside_the_recipe()
    {
        CommandLineRun.Of(environment, "run", recipe);
        Directory.CreateDirectory(Path.Combine(models.Path, "moved"));
        foreach (var model in new[] { "base", "one" })
        {
            Directory.Move(Path.Combine(models.Path, model), Path.Combine(models.Path, "moved", model));
        }

        File.WriteAllText(recipe, Merge.Replace("./", "./moved/", StringComparison.Ordinal));
        CommandLineRun.Of(environment, "lock", recipe);
        var run = CommandLineRun.Of(environment, "run", recipe);

        var second = Path.Combine(models.Path, "published", "0.1.1");
        Assert.Equal(0, run.ExitCode);
        Assert.Contains("= merge     merged before", run.Error, StringComparison.Ordinal);
        Assert.Equal(File.ReadAllText(Path.ChangeExtension(recipe, ".lock.yml")), File.ReadAllText(Path.Combine(second, "mergeops.lock.yml")));
        Assert.Equal(File.ReadAllText(recipe), File.ReadAllText(Path.Combine(second, "mergeops.yml")));
        Assert.Equal(0, CommandLineRun.Of(environment, "verify", second).ExitCode);
        Assert.Equal(0, CommandLineRun.Of(environment, "verify", Published).ExitCode);
    }

    [Fact]
    public void Equal_content_is_one_version_whoever_publishes_it()
    {
        CommandLineRun.Of(environment, "run", recipe);
        Directory.CreateDirectory(Path.Combine(models.Path, "moved"));
        Directory.Move(Path.Combine(models.Path, "one"), Path.Combine(models.Path, "moved", "one"));
        File.WriteAllText(recipe, Merge.Replace("./one", "./moved/one", StringComparison.Ordinal));
        CommandLineRun.Of(environment, "lock", recipe);
        CommandLineRun.Of(environment, "merge", recipe, "--out", Output);

        var runs = new[]
        {
            CommandLineRun.Of(environment, "run", recipe),
            CommandLineRun.Of(environment, "publish", recipe, "--from", Output),
            CommandLineRun.Of(environment, "run", recipe),
            CommandLineRun.Of(environment, "publish", recipe, "--from", Output),
        };

        Assert.All(runs, run => Assert.Equal(0, run.ExitCode));
        Assert.Equal(["0.1.0", "0.1.1"], Directory.GetDirectories(Path.Combine(models.Path, "published")).Select(Path.GetFileName).Order());
    }

    private void Pretend(string file, BlobDigest digest) =>
        new KnownDigests(environment.Home, LateClock.Instance).Remember(file, digest, null);

    private static void Flip(string file)
    {
        var bytes = File.ReadAllBytes(file);
        bytes[^1] ^= 1;
        using var stream = new FileStream(file, FileMode.Open, FileAccess.Write);
        stream.Write(bytes);
    }

    private static void Damage(string file, string how)
    {
        var written = File.GetLastWriteTimeUtc(file);
        switch (how)
        {
            case "zeros":
                using (var stream = new FileStream(file, FileMode.Open, FileAccess.Write))
                {
                    var length = stream.Length;
                    stream.Position = length / 2;
                    stream.Write(new byte[length - (length / 2)]);
                }

                break;
            case "bit":
                Flip(file);
                break;
            case "cut":
                File.WriteAllBytes(file, File.ReadAllBytes(file)[..^1]);
                break;
            default:
                File.Delete(file);
                return;
        }

        File.SetLastWriteTimeUtc(file, written);
    }

    private JsonNode Json(params string[] arguments)
    {
        var run = CommandLineRun.Of(environment, [.. arguments, "--format", "json"]);
        Assert.True(run.ExitCode == 0, run.Error);
        return run.Result!;
    }
}
