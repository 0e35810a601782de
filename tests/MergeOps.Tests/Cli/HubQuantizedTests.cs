using System.Runtime.InteropServices;
using System.Text.Json.Nodes;
using MergeOps.Tensors;
using MergeOps.Tests.HuggingFace;
using MergeOps.Tests.Planning;
using Xunit;

namespace MergeOps.Tests.Cli;

/// <summary>Checkpoints in few bits on the Hub: planned without a weight, locked, and merged as the same files on a disk.</summary>
public sealed class HubQuantizedTests : IAsyncLifetime
{
    private const string Module = "model.layers.0.mlp.up_proj";
    private static readonly string Frozen = Repository.Data("Dequantized", "dequantized.safetensors");

    private readonly TemporaryModels models = new();
    private HubUser user = null!;

    public async ValueTask InitializeAsync() => user = await HubUser.StartAsync();

    public async ValueTask DisposeAsync()
    {
        models.Dispose();
        await user.DisposeAsync();
    }

    [Theory]
    [InlineData("block", """{"quantization_config": {"quant_method": "fp8"}}""")]
    [InlineData("channel", "{}")]
    [InlineData("tensor", "{}")]
    [InlineData("e8m0_scales", "{}")]
    public async Task Fp8_is_locked_planned_and_merged_as_transformers_reads_it(string layout, string config)
    {
        Publish("org/fp8", config, (Module + ".weight", Stored($"{layout}.weight")), (Module + ".weight_scale_inv", Stored($"{layout}.weight_scale_inv")));

        var merged = await MergedAsync("merge_method: passthrough\nmodels: [{ model: org/fp8 }]\n");

        Assert.Equal(Stored($"{layout}.expected").Bytes, Tensor(merged, Module + ".weight"));
        Assert.DoesNotContain("quantization_config", await File.ReadAllTextAsync(Path.Combine(merged, "config.json"), TestContext.Current.CancellationToken), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Mxfp4_is_locked_planned_and_merged_as_transformers_unpacks_it()
    {
        const string experts = "mlp.experts.gate_up_proj";
        Publish(
            "org/oss",
            """{"model_type": "gpt_oss", "quantization_config": {"quant_method": "mxfp4"}}""",
            (experts + "_blocks", Stored(experts + "_blocks")),
            (experts + "_scales", Stored(experts + "_scales")));

        var merged = await MergedAsync("merge_method: passthrough\nmodels: [{ model: org/oss }]\n");

        Assert.Equal(Stored("mlp.experts.expected").Bytes, Tensor(merged, experts));
    }

    [Fact]
    public async Task Fp8_is_merged_with_a_model_of_ordinary_weights()
    {
        var weight = Stored("block.weight");
        var expected = MemoryMarshal.Cast<byte, ushort>(Stored("block.expected").Bytes).ToArray();
        Publish("org/fp8", "{}", (Module + ".weight", weight), (Module + ".weight_scale_inv", Stored("block.weight_scale_inv")));
        Publish("org/plain", "{}", (Module + ".weight", (weight.Info with { DType = DType.BF16 }, new byte[2 * weight.Bytes.Length])));

        var merged = await MergedAsync("""
            merge_method: linear
            models:
              - { model: org/fp8, parameters: { weight: 0.5 } }
              - { model: org/plain, parameters: { weight: 0.5 } }
            """);

        // half of what is no zero and no subnormal is one exponent less, whatever else rounds
        var halves = MemoryMarshal.Cast<byte, ushort>(Tensor(merged, Module + ".weight")).ToArray();
        Assert.All(expected.Zip(halves), pair => Assert.Equal(BFloat(pair.First) / 2, BFloat(pair.Second)));

        static float BFloat(ushort bits) => BitConverter.UInt32BitsToSingle((uint)bits << 16);
    }

    private async Task<string> MergedAsync(string text)
    {
        var recipe = user.Recipe(text);
        var locked = await user.RunAsync("lock", recipe);
        Assert.True(locked.ExitCode == 0, locked.Error);
        Assert.False(Directory.Exists(user.Cache));
        user.Hub.ForgetRequests();
        var planned = await user.RunAsync("plan", recipe, "--format", "json");
        Assert.True(planned.ExitCode == 0, planned.Error);
        Assert.Empty(user.Hub.Requests);
        var merged = await user.RunAsync("merge", recipe, "--out", user["merged"]);
        Assert.True(merged.ExitCode == 0, merged.Error);
        var again = await user.RunAsync("plan", recipe, "--format", "json");
        Assert.Equal(PlanOf(planned.Output), PlanOf(again.Output));
        return user["merged"];

        static string PlanOf(string json) => JsonNode.Parse(json)!.ToJsonString();
    }

    private void Publish(string name, string config, params (string Name, (TensorInfo Info, byte[] Bytes) Stored)[] tensors)
    {
        models.Mixed("staged", config, [.. tensors.Select(tensor => (tensor.Name, tensor.Stored.Info.DType, tensor.Stored.Info.Shape.ToArray()))]);
        foreach (var (tensor, stored) in tensors)
        {
            models.Poke("staged", tensor, 0, stored.Bytes);
        }

        user.Hub.AddModel(name, Directory.EnumerateFiles(Path.Combine(models.Path, "staged")).ToDictionary(path => Path.GetFileName(path), File.ReadAllBytes));
        Directory.Delete(Path.Combine(models.Path, "staged"), recursive: true);
    }

    private static byte[] Tensor(string folder, string name) => Read(CheckpointReader.Open(folder, []), name).Bytes;

    private static (TensorInfo Info, byte[] Bytes) Stored(string name) => Read(CheckpointReader.Open(Frozen, []), name);

    private static (TensorInfo Info, byte[] Bytes) Read(Checkpoint checkpoint, string name)
    {
        using var reader = new TensorReader(checkpoint);
        var info = checkpoint.Tensors[name];
        var bytes = new byte[info.ByteLength];
        reader.Read(info, 0, bytes);
        return (info, bytes);
    }
}
