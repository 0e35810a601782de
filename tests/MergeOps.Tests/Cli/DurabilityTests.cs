using MergeOps.Tests.HuggingFace;
using MergeOps.Tests.Planning;
using Xunit;

namespace MergeOps.Tests.Cli;

/// <summary>What is under a final name outlasts a loss of power: bytes are flushed before names, and names after them.</summary>
public sealed class DurabilityTests
{
    [Fact]
    public void Merged_and_published_files_are_flushed_before_they_get_their_names()
    {
        using var models = new TemporaryModels();
        models.Llama("a", layers: 1).Llama("b", layers: 1).File("a", "tokenizer.json", "{}").File("a", "1_Pooling/config.json", "{}");
        var recipe = models.Recipe("""
            merge_method: linear
            models:
              - model: ./a
                parameters: { weight: 1 }
              - model: ./b
                parameters: { weight: 1 }
            publish: { folder: published }
            """);
        var home = Path.Combine(models.Path, "home");

        var (run, trace) = DiskTrace.Of(TestEnvironment.WithHome(home), "run", recipe);

        Assert.True(run.ExitCode == 0, run.Error);
        var merged = Assert.Single(Directory.GetDirectories(Path.Combine(home, "runs")));
        Assert.InRange(trace.RequireDurable(Path.Combine(merged, "model")), 4, 100);
        // model, config, tokenizer, card, recipe, lock, manifests, and the name of the version
        Assert.InRange(trace.RequireDurable(Path.Combine(models.Path, "published")), 9, 100);
    }

    [Fact]
    public async Task Downloaded_files_are_flushed_before_they_get_their_names()
    {
        await using var user = await HubUser.StartAsync();
        user.Llama("org/a", layers: 1).Llama("org/b", layers: 1);
        var recipe = user.Recipe("""
            merge_method: linear
            models:
              - model: org/a
                parameters: { weight: 1 }
              - model: org/b
                parameters: { weight: 1 }
            """);

        var (run, trace) = await Task.Run(() => DiskTrace.Of(user.Environment, "run", recipe));

        Assert.True(run.ExitCode == 0, run.Error);
        foreach (var blobs in Directory.GetDirectories(user.Cache, "blobs", SearchOption.AllDirectories))
        {
            Assert.NotEqual(0, trace.RequireDurable(blobs));
        }
    }
}
