using MergeOps.TestHub.Models;
using MergeOps.Tensors;
using Xunit;

namespace MergeOps.Tests.TestHub;

public sealed class ModelTests
{
    [Fact]
    public void A_small_model_is_one_that_the_reader_takes_and_its_seed_decides_its_bytes()
    {
        using var folder = new TemporaryFolder();
        SmallLlama.Write(folder["a"], layers: 3, seed: 1);
        SmallLlama.Write(folder["b"], layers: 3, seed: 1);
        SmallLlama.Write(folder["c"], layers: 3, seed: 2);

        var checkpoint = CheckpointReader.Open(folder["a"], []);

        Assert.Equal(3 + (3 * 9), checkpoint.Tensors.Count);
        Assert.Equal([4, 8], checkpoint.Tensors["model.layers.2.self_attn.k_proj.weight"].Shape);
        Assert.Equal(File.ReadAllBytes(folder["a/model.safetensors"]), File.ReadAllBytes(folder["b/model.safetensors"]));
        Assert.NotEqual(File.ReadAllBytes(folder["a/model.safetensors"]), File.ReadAllBytes(folder["c/model.safetensors"]));
    }

    [Fact]
    public async Task A_model_of_141_gigabytes_is_served_at_once_and_holes_are_zeros()
    {
        await using var hub = await RunningHub.StartAsync();
        var files = hub.Server.AddSparseModel("org/llama-70b").Head.Files;
        var shards = files.Where(file => file.Key.EndsWith(".safetensors", StringComparison.Ordinal)).ToArray();

        // 70,553,706,496 numbers of two bytes: https://huggingface.co/meta-llama/Meta-Llama-3-70B says 70.6B
        Assert.Equal(70_553_706_496 * 2, shards.Sum(shard => shard.Value.Size - HeaderLength(shard.Value.Content.Open())));
        Assert.All(shards, shard => Assert.InRange(shard.Value.Size, 1, 5_001_000_000));
        using var first = await hub.GetAsync($"/org/llama-70b/resolve/main/{shards[^1].Key}");
        using var end = await hub.GetAsync(first.Headers.Location!.ToString(), ("Range", "bytes=-16"));
        Assert.Equal(new byte[16], await end.Content.ReadAsByteArrayAsync(TestContext.Current.CancellationToken));
        Assert.Equal(16, hub.Server.Requests.Last().BytesSent);
    }

    private static long HeaderLength(Stream shard)
    {
        using var reader = new BinaryReader(shard);
        return 8 + reader.ReadInt64();
    }
}
