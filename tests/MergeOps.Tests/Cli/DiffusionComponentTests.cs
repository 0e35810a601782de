using System.Text.Json;
using MergeOps.Tensors;
using MergeOps.Tests.Planning;
using Xunit;

namespace MergeOps.Tests.Cli;

/// <summary>The library of diffusion models opens a component by its own file name; a merge of components has it.</summary>
public sealed class DiffusionComponentTests : IDisposable
{
    private static readonly Dictionary<string, long[]> Tensors = new() { ["conv_in.weight"] = [4, 4], ["time_embedding.linear_1.weight"] = [4, 4], ["mid_block.attentions.0.norm.weight"] = [4] };

    private readonly TemporaryModels models = new();
    private readonly HostEnvironment environment;

    public DiffusionComponentTests() => environment = TestEnvironment.WithHome(Path.Combine(models.Path, "home"));

    private string Out => Path.Combine(models.Path, "out");

    public void Dispose()
    {
        models.Dispose();
    }

    [Theory]
    [InlineData("a/diffusion_pytorch_model.safetensors")]
    [InlineData("a/diffusion_pytorch_model.fp16.safetensors")]
    public void A_merged_component_is_one_file_under_the_librarys_name(string first)
    {
        var run = CommandLineRun.Of(environment, "merge", Recipe(first), "--out", Out);

        Assert.Equal(0, run.ExitCode);
        Assert.Equal(["config.json", "diffusion_pytorch_model.safetensors", "merge-manifest.json"], FilesOut());
        Assert.Equal(0, CommandLineRun.Of(environment, "verify", Out).ExitCode);
    }

    [Fact]
    public void A_large_component_has_the_librarys_index_and_is_verified()
    {
        var run = CommandLineRun.Of(environment, "merge", Recipe("a/diffusion_pytorch_model.safetensors"), "--out", Out, "--shard-size", "80B");

        Assert.Equal(0, run.ExitCode);
        Assert.Equal(
            [
                "config.json", "diffusion_pytorch_model-00001-of-00002.safetensors", "diffusion_pytorch_model-00002-of-00002.safetensors",
                "diffusion_pytorch_model.safetensors.index.json", "merge-manifest.json",
            ],
            FilesOut());
        using var index = JsonDocument.Parse(File.ReadAllBytes(Path.Combine(Out, "diffusion_pytorch_model.safetensors.index.json")));
        Assert.All(index.RootElement.GetProperty("weight_map").EnumerateObject(), tensor => Assert.True(File.Exists(Path.Combine(Out, tensor.Value.GetString()!))));
        Assert.Equal(0, CommandLineRun.Of(environment, "verify", Out).ExitCode);
    }

    [Fact]
    public void A_published_component_has_its_index_too()
    {
        var recipe = models.Recipe(File.ReadAllText(Recipe("a/diffusion_pytorch_model.safetensors")) + "name: part\nshard_size: 80B\npublish:\n  folder: published\n");

        var run = CommandLineRun.Of(environment, "run", recipe);

        Assert.Equal((0, ""), (run.ExitCode, run.ExitCode == 0 ? "" : run.Error));
        Assert.Single(Directory.EnumerateFiles(models.Path, "diffusion_pytorch_model.safetensors.index.json", SearchOption.AllDirectories), file => file.Contains("published", StringComparison.Ordinal));
    }

    private string Recipe(string first)
    {
        foreach (var (name, file) in new[] { ("a", Path.GetFileName(first)), ("b", "diffusion_pytorch_model.safetensors") })
        {
            models.Model(name, Tensors, config: """{"_class_name": "UNet2DConditionModel"}""");
            File.Move(Path.Combine(models.Path, name, "model.safetensors"), Path.Combine(models.Path, name, file));
        }

        return models.Recipe("""
            merge_method: linear
            models:
              - { model: ./a, parameters: { weight: 0.5 } }
              - { model: ./b, parameters: { weight: 0.5 } }

            """);
    }

    private IEnumerable<string> FilesOut() => Directory.EnumerateFiles(Out).Select(file => Path.GetFileName(file)).Order(StringComparer.Ordinal);
}
