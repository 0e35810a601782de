using MergeOps.Tensors;
using MergeOps.Tests.Http;
using MergeOps.Tests.HuggingFace;
using Xunit;

namespace MergeOps.Tests.Cli;

/// <summary>Downloaded weights, and published versions on a Hub, that are no longer what they were.</summary>
public sealed class HubTrustTests : IAsyncLifetime
{
    private const string Merge = """
        merge_method: task_arithmetic
        base_model: org/base
        models:
          - model: org/one
            parameters: { weight: 0.5 }
        """;

    private HubUser user = null!;

    public async ValueTask InitializeAsync() => user = (await HubUser.StartAsync()).Llama("org/base").Llama("org/one");

    public ValueTask DisposeAsync() => user.DisposeAsync();

    [Fact]
    public async Task A_bit_that_flips_in_the_cache_behind_the_disks_back_is_found_and_the_file_downloaded_anew()
    {
        var recipe = user.Recipe(Merge);
        await user.RunAsync("lock", recipe);
        Assert.Equal(0, (await user.RunAsync("merge", recipe, "--out", user["sound"])).ExitCode);
        var link = Assert.Single(Directory.GetFiles(user.Cache, "model.safetensors", SearchOption.AllDirectories), path => path.Contains("models--org--one", StringComparison.Ordinal));
        var blob = RealPath.Of(link)!;
        var bytes = await File.ReadAllBytesAsync(blob, TestContext.Current.CancellationToken);
        bytes[^1] ^= 1;
        await File.WriteAllBytesAsync(blob, bytes, TestContext.Current.CancellationToken);
        // as if the disk had done it, without a trace in the file's times
        new KnownDigests(user.Environment.Home, LateClock.Instance).Remember(blob, BlobDigest.OfHex(Path.GetFileName(blob))!, null);

        var refused = await user.RunAsync("merge", recipe, "--out", user["merged"]);
        var again = await user.RunAsync("merge", recipe, "--out", user["merged"]);

        Assert.Equal(3, refused.ExitCode);
        Assert.Contains("error MOPS505:", refused.Error, StringComparison.Ordinal);
        Assert.Equal(0, again.ExitCode);
        Assert.Equal(Path.GetFileName(blob), FileDigests.Sha256(RealPath.Of(link)!, TestContext.Current.CancellationToken));
        Assert.Equal(
            await File.ReadAllBytesAsync(user["sound/model.safetensors"], TestContext.Current.CancellationToken),
            await File.ReadAllBytesAsync(user["merged/model.safetensors"], TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task A_version_on_the_Hub_that_lost_its_weights_is_neither_called_published_nor_rolled_back_to()
    {
        user.Set("HF_TOKEN", user.Hub.Token);
        var recipe = user.Recipe(Merge + "\npublish: { hub: acme/merged }\n");
        Assert.Equal(0, (await user.RunAsync("run", recipe)).ExitCode);
        var repository = user.Hub.Repository("acme/merged");
        repository.Push("Lose the weights", new Dictionary<string, byte[]?> { ["model.safetensors"] = null });
        repository.Tags["v0.1.0"] = repository.Head;

        var run = await user.RunAsync("run", recipe);
        user.Recipe(Merge.Replace("0.5", "0.25", StringComparison.Ordinal) + "\npublish: { hub: acme/merged }\n");
        var second = await user.RunAsync("run", recipe);
        var rollback = await user.RunAsync("rollback", recipe);

        Assert.Equal(1, run.ExitCode);
        Assert.Contains("error MOPS712:", run.Error, StringComparison.Ordinal);
        Assert.Contains("'model.safetensors' is not there", run.Error, StringComparison.Ordinal);
        Assert.Equal(0, second.ExitCode);
        Assert.Equal(1, rollback.ExitCode);
        Assert.Contains("Version 0.1.0 of 'acme/merged'", rollback.Error, StringComparison.Ordinal);
    }
}
