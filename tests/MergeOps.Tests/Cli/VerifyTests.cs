using System.Collections.Immutable;
using System.Security.Cryptography;
using System.Text.Json;
using MergeOps.Merging.Writing;
using MergeOps.Tensors;
using MergeOps.Tests.Planning;
using Xunit;

namespace MergeOps.Tests.Cli;

public sealed class VerifyTests : IDisposable
{
    private readonly TemporaryModels models = new TemporaryModels().Llama("base", 1).Llama("one", 1).Llama("two", 1);
    private readonly HostEnvironment environment;
    private readonly string published;

    public VerifyTests()
    {
        environment = TestEnvironment.WithHome(Path.Combine(models.Path, "home"));
        models.Recipe("""{"prompt": "a", "answer": "b"}""", "letters.jsonl");
        CommandLineRun.Of(environment, "run", models.Recipe("""
            merge_method: task_arithmetic
            base_model: ./base
            models:
              - model: ./one
                parameters: { weight: 0.5 }
              - model: ./two
                parameters: { weight: 0.5 }
            evaluate:
              tasks:
                - name: letters
                  data: letters.jsonl
            publish: { folder: published }
            """));
        published = Path.Combine(models.Path, "published", "0.1.0");
    }

    public void Dispose()
    {
        models.Dispose();
    }

    [Fact]
    public void A_published_folder_is_as_it_was_recorded()
    {
        var run = CommandLineRun.Of(environment, "verify", published);

        Assert.Equal((0, ""), (run.ExitCode, run.Output));
        Assert.Contains("Everything matches its manifests.", run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void A_flipped_bit_and_a_foreign_file_are_named()
    {
        var config = Path.Combine(published, "config.json");
        var bytes = File.ReadAllBytes(config);
        bytes[^2] ^= 1;
        File.WriteAllBytes(config, bytes);
        File.WriteAllText(Path.Combine(published, "notes.txt"), "mine");

        var run = CommandLineRun.Of(environment, "verify", published);

        Assert.Equal(1, run.ExitCode);
        Assert.Contains($"{config}: error MOPS711:", run.Output, StringComparison.Ordinal);
        Assert.Contains($"{Path.Combine(published, "notes.txt")}: error MOPS713:", run.Output, StringComparison.Ordinal);
    }

    [Fact]
    public void Machines_read_the_findings_as_json()
    {
        File.WriteAllText(Path.Combine(published, "notes.txt"), "mine");

        using var json = JsonDocument.Parse(CommandLineRun.Of(environment, "verify", published, "--format", "json").Result!.ToJsonString());

        Assert.False(json.RootElement.GetProperty("intact").GetBoolean());
        Assert.Equal("MOPS713", Assert.Single(json.RootElement.GetProperty("findings").EnumerateArray()).GetProperty("code").GetString());
    }

    [Fact]
    public void A_rebuild_makes_the_same_tensors_though_the_evaluations_data_are_elsewhere()
    {
        var run = Rebuild(published);

        Assert.Equal((0, ""), (run.ExitCode, run.Output));
        Assert.Contains("✓ merge", run.Error, StringComparison.Ordinal);
        Assert.Contains("✓ verify", run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void A_rebuild_takes_local_models_from_the_folder_that_is_named_and_from_no_other()
    {
        var before = Environment.CurrentDirectory;
        Environment.CurrentDirectory = models.Path;
        try
        {
            var run = CommandLineRun.Of(environment, "verify", published, "--rebuild");

            Assert.Equal(1, run.ExitCode);
            Assert.Contains("mergeops.yml(2,13): error MOPS118: A local path does not exist. './base' is not in ", run.Output, StringComparison.Ordinal);
            Assert.Contains("name the folder that their paths are relative to with --models", run.Output, StringComparison.Ordinal);
        }
        finally
        {
            Environment.CurrentDirectory = before;
        }
    }

    [Fact]
    public void A_rebuild_finds_a_recipe_that_makes_another_model()
    {
        // as somebody does it who wants the records to agree
        var recipe = Path.Combine(published, "mergeops.yml");
        var (old, provenance) = (Sha256(recipe), Path.Combine(published, "provenance.intoto.json"));
        File.WriteAllText(recipe, File.ReadAllText(recipe).Replace("weight: 0.5", "weight: 0.7", StringComparison.Ordinal));
        Replace("publication.json", old, Sha256(recipe));
        var before = Sha256(provenance);
        Replace("provenance.intoto.json", old, Sha256(recipe));
        Replace("publication.json", before, Sha256(provenance));

        Assert.Equal(0, CommandLineRun.Of(environment, "verify", published).ExitCode);
        var run = Rebuild(published);

        Assert.Equal(1, run.ExitCode);
        Assert.Contains("error MOPS729: The rebuilt model differs.", run.Output, StringComparison.Ordinal);

        void Replace(string file, string earlier, string later) =>
            File.WriteAllText(Path.Combine(published, file), File.ReadAllText(Path.Combine(published, file)).Replace(earlier, later, StringComparison.Ordinal));
    }

    [Fact]
    public void A_rebuild_finds_weights_that_the_recipe_does_not_make()
    {
        var other = Path.Combine(models.Path, "other");
        CommandLineRun.Of(environment, "merge", Path.Combine(models.Path, "recipe.yml"), "--out", other);
        var weights = File.ReadAllBytes(Path.Combine(other, "model.safetensors"));
        weights[^1] ^= 0x40;
        File.WriteAllBytes(Path.Combine(other, "model.safetensors"), weights);
        File.Copy(Path.Combine(published, "mergeops.yml"), Path.Combine(other, "mergeops.yml"));
        Reseal(other);
        Assert.Equal(0, CommandLineRun.Of(environment, "verify", other).ExitCode);

        var run = Rebuild(other);

        Assert.Equal(1, run.ExitCode);
        Assert.Contains("1 tensor of 5 has other bytes: ", run.Output, StringComparison.Ordinal);
        Assert.Contains("✗ verify", run.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("✓ verify", run.Error, StringComparison.Ordinal);
    }

    private CommandLineRun Rebuild(string folder) => CommandLineRun.Of(environment, "verify", folder, "--rebuild", "--models", models.Path);

    [Theory]
    [InlineData("nowhere")]
    [InlineData("a/b/c")]
    public void What_is_neither_folder_nor_repository_is_said(string what)
    {
        var run = CommandLineRun.Of(environment, "verify", what);

        Assert.Equal(1, run.ExitCode);
        Assert.Contains("error MOPS728: Nothing to verify.", run.Error, StringComparison.Ordinal);
    }

    // gives the model a manifest that fits its weights as they are now, as a forger would
    private static void Reseal(string folder)
    {
        var manifest = MergeManifest.Find(folder)!;
        var checkpoint = CheckpointReader.Open(folder, []);
        using var reader = new TensorReader(checkpoint);
        var tensors = manifest.Tensors.ToImmutableSortedDictionary(entry => entry.Key, entry => Digested(entry.Key, entry.Value), StringComparer.Ordinal);
        var digest = ModelDigest.Of(tensors.Select(entry => new DigestedTensor(entry.Key, entry.Value.DType, entry.Value.Shape, entry.Value.ContentDigest)));
        File.WriteAllText(Path.Combine(folder, MergeManifest.FileName), (manifest with { Tensors = tensors, ModelDigest = digest }).Write());

        ManifestTensor Digested(string name, ManifestTensor recorded)
        {
            var bytes = new byte[checkpoint.Tensors[name].ByteLength];
            reader.Read(checkpoint.Tensors[name], 0, bytes);
            return recorded with { ContentDigest = ContentDigest.Of(bytes) };
        }
    }

    private static string Sha256(string path) => Convert.ToHexStringLower(SHA256.HashData(File.ReadAllBytes(path)));
}
