using System.Runtime.InteropServices;
using MergeOps.Diagnostics;
using MergeOps.Merging;
using MergeOps.Tensors;
using MergeOps.Tests.Planning;
using Xunit;

namespace MergeOps.Tests.Merging;

/// <summary>
/// Merges of models in FP8 and MXFP4. The expected numbers of <c>Data/Dequantized</c> are those of transformers' own
/// dequantization, written by the program beside them; the others are computed here one by one.
/// </summary>
public sealed class DequantizedMergeTests : PlanningTests
{
    private static readonly string Frozen = Repository.Data("Dequantized", "dequantized.safetensors");

    [Theory]
    [InlineData("block")]
    [InlineData("bf16_scales")]
    [InlineData("channel")]
    [InlineData("tensor")]
    [InlineData("experts")]
    [InlineData("e8m0_scales")]
    [InlineData("byte_scales")]
    public void Each_layout_of_scales_gives_the_numbers_of_transformers(string name)
    {
        var weight = Stored($"{name}.weight");
        var scales = Stored($"{name}.weight_scale_inv");
        WriteModel("fp8", "{}", ("m.weight", weight.Info.DType, weight.Info.Shape, weight.Bytes), ("m.weight_scale_inv", scales.Info.DType, scales.Info.Shape, scales.Bytes));

        Merge(Passthrough("fp8"));

        var (info, bytes) = Stored($"{name}.expected");
        Assert.Equal(DType.BF16, Output("m.weight").Info.DType);
        Assert.Equal(info.Shape.AsEnumerable(), Output("m.weight").Info.Shape);
        Assert.Equal(bytes, Output("m.weight").Bytes);
    }

    [Fact]
    public void Mxfp4_is_written_as_transformers_unpacks_it()
    {
        var blocks = Stored("mlp.experts.gate_up_proj_blocks");
        var scales = Stored("mlp.experts.gate_up_proj_scales");
        WriteModel(
            "oss",
            """{"model_type": "gpt_oss", "quantization_config": {"quant_method": "mxfp4"}, "text_config": {"quantization_config": {}}}""",
            ("mlp.experts.gate_up_proj_blocks", DType.U8, blocks.Info.Shape, blocks.Bytes),
            ("mlp.experts.gate_up_proj_scales", DType.U8, scales.Info.Shape, scales.Bytes));

        Merge(Passthrough("oss"));

        var (info, bytes) = Stored("mlp.experts.expected");
        Assert.Equal(info.Shape.AsEnumerable(), Output("mlp.experts.gate_up_proj").Info.Shape);
        Assert.Equal(bytes, Output("mlp.experts.gate_up_proj").Bytes);
        Assert.DoesNotContain("quantization_config", File.ReadAllText(Path.Combine(Models.Path, "out", "config.json")), StringComparison.Ordinal);
    }

    [Fact]
    public void Blocks_at_the_edges_are_smaller()
    {
        const int Rows = 130, Columns = 257;
        byte[] codes = [.. Enumerable.Range(0, Rows * Columns).Select(i => (byte)(0x30 + (i % 16)))];
        float[] scales = [1, 2, 4, 8, 16, 32];
        WriteModel(
            "fp8",
            """{"quantization_config": {"quant_method": "fp8", "weight_block_size": [128, 128]}}""",
            ("m.weight", DType.F8_E4M3, [Rows, Columns], codes),
            ("m.weight_scale_inv", DType.F32, [2, 3], MemoryMarshal.AsBytes<float>(scales).ToArray()));

        Merge(Passthrough("fp8") + "dtype: float32\n");

        var merged = MemoryMarshal.Cast<byte, float>(Output("m.weight").Bytes);
        for (var i = 0; i < merged.Length; i++)
        {
            var code = codes[i];
            var value = Math.Pow(2, ((code >> 3) & 15) - 7) * (1 + ((code & 7) / 8.0));
            Assert.Equal(value * scales[(i / Columns / 128 * 3) + (i % Columns / 128)], merged[i]);
        }
    }

    [Fact]
    public void A_model_in_FP8_merges_with_one_in_bfloat16()
    {
        WriteModel("fp8", "{}", ("m.weight", DType.F8_E4M3, [1, 4], [0x38, 0x40, 0xb8, 0x00]), ("m.weight_scale", DType.F32, [1, 1], MemoryMarshal.AsBytes<float>([0.5f]).ToArray()));
        WriteModel("plain", "{}", ("m.weight", DType.BF16, [1, 4], SmallModels.Bytes(DType.BF16, 1, 1, 1, 1)));

        Merge(Linear);

        Assert.Equal(SmallModels.Bytes(DType.BF16, 0.75, 1, 0.25, 0.5), Output("m.weight").Bytes);
    }

    [Fact]
    public void Eight_bits_without_scales_are_numbers_like_others()
    {
        WriteModel("fp8", "{}", ("m.weight", DType.F8_E5M2, [1, 4], [0x3c, 0x40, 0xbc, 0x00]));
        WriteModel("plain", "{}", ("m.weight", DType.BF16, [1, 4], SmallModels.Bytes(DType.BF16, 1, 1, 1, 1)));

        Merge(Linear);

        Assert.Equal(SmallModels.Bytes(DType.BF16, 1, 1.5, 0, 0.5), Output("m.weight").Bytes);
    }

    [Theory]
    [InlineData(new byte[] { 0x38, 0x7f }, 1f)]
    [InlineData(new byte[] { 0x38, 0x38 }, float.NaN)]
    [InlineData(new byte[] { 0x38, 0x7e }, 3e38f)]
    public void A_product_that_is_no_number_stops_the_merge_by_name(byte[] codes, float scale)
    {
        WriteModel("fp8", "{}", ("m.weight", DType.F8_E4M3, [1, 2], codes), ("m.weight_scale", DType.F32, [1, 1], MemoryMarshal.AsBytes<float>([scale]).ToArray()));

        var refusal = Assert.Throws<MergeOpsException>(() => Merge(Passthrough("fp8")));

        Assert.Equal(Codes.InputNotFinite, refusal.Diagnostic.Code);
        Assert.Contains("'m.weight", refusal.Diagnostic.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public void The_way_out_of_a_scale_that_is_no_number_is_the_name_of_its_weight()
    {
        WriteModel("fp8", "{}", ("m.weight", DType.F8_E4M3, [1, 2], [0x38, 0x38]), ("m.weight_scale", DType.F32, [1, 1], MemoryMarshal.AsBytes<float>([float.PositiveInfinity]).ToArray()));

        var refusal = Assert.Throws<MergeOpsException>(() => Merge(Passthrough("fp8")));
        Assert.Contains("name 'm.weight' under 'allow_non_finite'", refusal.Diagnostic.Detail, StringComparison.Ordinal);

        Merge(Passthrough("fp8") + "allow_non_finite: [m.weight]\n");
        Assert.Equal(SmallModels.Bytes(DType.BF16, double.PositiveInfinity, double.PositiveInfinity), Output("m.weight").Bytes);
    }

    [Fact]
    public void Mxfp4_of_the_makers_of_gpt_oss_keeps_its_rows()
    {
        // E2M1 of the nibbles 0 to 15, the lower half of a byte first; scales of 2 and of a half
        double[] values = [0, 0.5, 1, 1.5, 2, 3, 4, 6, -0.0, -0.5, -1, -1.5, -2, -3, -4, -6];
        byte[] blocks = [.. Enumerable.Range(0, 16).Select(i => (byte)(i | ((15 - i) << 4)))];
        WriteModel(
            "oss",
            "{}",
            ("block.0.mlp.mlp1_weight.blocks", DType.U8, [1, 2, 1, 16], [.. blocks, .. blocks]),
            ("block.0.mlp.mlp1_weight.scales", DType.U8, [1, 2, 1], [128, 126]));

        Merge(Passthrough("oss"));

        double[] row = [.. Enumerable.Range(0, 16).SelectMany(i => new[] { values[i], values[15 - i] })];
        var (info, bytes) = Output("block.0.mlp.mlp1_weight");
        Assert.Equal([1, 2, 32], info.Shape);
        Assert.Equal(SmallModels.Bytes(DType.BF16, [.. row.Select(value => 2 * value), .. row.Select(value => value / 2)]), bytes);
    }

    [Fact]
    public void Mxfp4_is_the_same_in_pieces_that_begin_anywhere_in_a_block()
    {
        byte[] blocks = [.. Enumerable.Range(0, 3 * 3 * 16).Select(i => (byte)(i * 37))];
        WriteModel(
            "oss",
            "{}",
            ("block.0.mlp.mlp1_weight.blocks", DType.U8, [1, 3, 3, 16], blocks),
            ("block.0.mlp.mlp1_weight.scales", DType.U8, [1, 3, 3], [127, 128, 126, 120, 130, 127, 127, 125, 128]));

        Merge(Passthrough("oss"));
        var whole = Output("block.0.mlp.mlp1_weight").Bytes;
        foreach (var pieces in (int[])[5, 39, 70])
        {
            Merge(Passthrough("oss"), pieces);
            Assert.Equal(whole, Output("block.0.mlp.mlp1_weight").Bytes);
        }
    }

    [Fact]
    public void A_weight_without_rows_is_written_without_rows()
    {
        WriteModel(
            "fp8",
            "{}",
            ("e.weight", DType.F8_E4M3, [0, 4], []),
            ("e.weight_scale", DType.F32, [1, 1], SmallModels.Bytes(DType.F32, 2)),
            ("m.weight", DType.F8_E4M3, [1, 4], [0x38, 0x40, 0xb8, 0x00]),
            ("m.weight_scale", DType.F32, [], SmallModels.Bytes(DType.F32, 2)));

        Merge(Passthrough("fp8"));

        Assert.Equal([0, 4], Output("e.weight").Info.Shape);
        Assert.Equal(SmallModels.Bytes(DType.BF16, 2, 4, -2, 0), Output("m.weight").Bytes);
    }

    [Fact]
    public void What_is_dequantized_and_what_is_left_out_is_told()
    {
        WriteModel(
            "fp8",
            """{"quantization_config": {"quant_method": "fp8"}}""",
            ("m.input_scale", DType.F32, [], SmallModels.Bytes(DType.F32, 1)),
            ("m.weight", DType.F8_E4M3, [1, 4], [0x38, 0x40, 0xb8, 0x00]),
            ("m.weight_scale", DType.F32, [], SmallModels.Bytes(DType.F32, 2)));

        var (plan, found) = TryPlan(Passthrough("fp8"), Models);

        var note = Assert.Single(found);
        Assert.Equal((Codes.WeightsDequantized, Severity.Note), (note.Code, note.Severity));
        Assert.Contains("1 of its weights", note.Detail, StringComparison.Ordinal);
        Assert.Contains("BF16", note.Detail, StringComparison.Ordinal);
        Assert.Contains("m.input_scale", note.Detail, StringComparison.Ordinal);
        Assert.Equal("m.input_scale", Assert.Single(plan!.Dropped).Name);
    }

    private const string Linear = """
        merge_method: linear
        models:
          - model: ./fp8
            parameters: { weight: 0.5 }
          - model: ./plain
            parameters: { weight: 0.5 }
        """;

    private static string Passthrough(string model) => $$"""
        merge_method: passthrough
        models:
          - model: ./{{model}}

        """;

    private void Merge(string yaml, int? tileElements = null)
    {
        var options = new MergeOptions { Output = Path.Combine(Models.Path, "out") };
        if (tileElements is { } pieces)
        {
            Directory.Delete(options.Output, recursive: true);
            options = options with { TileElements = pieces };
        }

        MergeEngine.Run(Plan(yaml), options, null, TestContext.Current.CancellationToken);
    }

    private (TensorInfo Info, byte[] Bytes) Output(string tensor) => Read(Path.Combine(Models.Path, "out"), tensor);

    private static (TensorInfo Info, byte[] Bytes) Stored(string tensor) => Read(Frozen, tensor);

    private static (TensorInfo Info, byte[] Bytes) Read(string path, string tensor)
    {
        var checkpoint = CheckpointReader.Open(path, []);
        using var reader = new TensorReader(checkpoint);
        var info = checkpoint.Tensors[tensor];
        var bytes = new byte[info.ByteLength];
        reader.Read(info, 0, bytes);
        return (info, bytes);
    }

    private void WriteModel(string name, string config, params (string Name, DType DType, IEnumerable<long> Shape, byte[] Bytes)[] tensors)
    {
        Models.Mixed(name, config, [.. tensors.Select(tensor => (tensor.Name, tensor.DType, tensor.Shape.ToArray()))]);
        foreach (var tensor in tensors)
        {
            Models.Poke(name, tensor.Name, 0, tensor.Bytes);
        }
    }
}
