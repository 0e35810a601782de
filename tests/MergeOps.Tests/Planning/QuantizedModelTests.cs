using MergeOps.Diagnostics;
using MergeOps.Tensors;
using Xunit;

namespace MergeOps.Tests.Planning;

/// <summary>Quantized checkpoints are refused by the name of their scheme, with or without a config that says so.</summary>
public sealed class QuantizedModelTests : PlanningTests
{
    private const string Module = "model.layers.0.mlp.up_proj";

    // the tensors that each tool writes beside the packed weight, after its own source
    public static TheoryData<string, string[]> Layouts => new()
    {
        { "bitsandbytes 4 bit", [".weight:U8:16,1", ".weight.absmax:F32:1", ".weight.quant_map:F32:16", ".weight.quant_state.bitsandbytes__nf4:U8:80"] },
        { "bitsandbytes 4 bit", [".weight:U8:16,1", ".weight.absmax:U8:1", ".weight.nested_absmax:F32:1", ".weight.nested_quant_map:F32:256", ".weight.quant_map:F32:16"] },
        { "bitsandbytes 8 bit", [".weight:I8:4,8", ".SCB:F32:4", ".weight_format:U8:1"] },
        { "GPTQ", [".qweight:I32:1,8", ".qzeros:I32:1,1", ".scales:F16:1,8", ".g_idx:I32:8"] },
        { "AWQ", [".qweight:I32:8,1", ".qzeros:I32:1,1", ".scales:F16:1,8"] },
        { "compressed-tensors", [".weight_packed:I32:4,1", ".weight_scale:BF16:4,1", ".weight_shape:I64:2"] },
        { "HQQ", [".W_q:U8:16,1", ".scale:F16:1,4", ".zero:F16:1,4"] },
        { "AQLM", [".codes:I8:1,1,1", ".codebooks:F16:1,256,1,8", ".scales:F16:1,1,1,1"] },
        { "EXL2", [".q_weight:I32:1,8", ".q_scale:I32:1,1", ".q_scale_max:F16:1", ".q_groups:I16:2", ".q_invperm:I32:8"] },
        { "EXL3", [".trellis:I16:1,1,16", ".suh:F16:8", ".svh:F16:8"] },
        { "MXFP4", ["_blocks:U8:1,2,1,16", "_scales:U8:1,2,2"] },
        { "MXFP4", [".blocks:U8:1,2,1,16", ".scales:U8:1,2,2"] },
        { "2:4 sparse", [".weight.compressed:BF16:16", ".weight.bitmask:U8:4,1", ".weight.shape:I64:2", ".weight.row_offsets:I64:4"] },
        { "2:4 sparse", [".weight.compressed:F8_E4M3:16", ".weight.bitmask:U8:4,1", ".weight.shape:I64:2", ".weight_scale:F32:4,1"] },
        { "2:4 sparse", [".weight_packed:I32:1,8", ".scale_packed:F16:1,8", ".meta:I16:4,1"] },
        { "FP4 in I8", [".weight:I8:4,32", ".scale:F8_E8M0:4,2"] },
        { "FP4 in I8", [".weight:I8:4,32", ".scale:F8_E8M0:4,2", "_other.weight:F8_E4M3:4,8", "_other.scale:F32:1,1"] },
        { "FP8 with a scale for each block", [".weight:F8_E4M3:4,8", ".weight_scale_inv:F32:3,2"] },
        { "FP8 with a scale for each channel", [".weight:F8_E4M3:4,8", ".weight_scale:I32:4,1"] },
        { "FP8 with a scale for each tensor", [".weight:F8_E4M3:4,8", ".weight_scale:F32:", "_other.weight:F8_E4M3:4,8"] },
        { "FP8 with a scale for each tensor", [".weight:F8_E4M3:4,8", ".weight_scale:F32:", "_other.weight:BF16:4,8", "_other.weight_scale:F32:"] },
        { "NVFP4", [".weight:U8:4,4", ".weight_scale:F8_E4M3:4,1", ".weight_scale_2:F32:"] },
        { "F4 without scales", [".weight:F4:4,8"] },
        { "weights packed in integers by an unknown scheme", [".weight:U8:4,4", ".weight_step:F16:4"] },
        { "torchao", [".weight_qdata:I8:4,8", ".weight_scale:F32:4,1", ".weight_zero_point:I8:4,1"] },
        { "torchao", [".weight:_data:I8:4,8", ".weight:_scale:F32:4,1"] },
        { "integers with scales", [".weight:I8:4,8", ".weight_scale:F32:4,1"] },
        { "Quanto", [".weight._data:I8:4,8", ".weight._scale:F16:4,1"] },
    };

    [Theory]
    [MemberData(nameof(Layouts))]
    public void A_quantized_model_is_refused_by_its_scheme_even_without_a_config(string scheme, string[] tensors)
    {
        Write("packed", null, tensors);
        Models.Mixed("plain", null, (Module + ".weight", DType.BF16, [4, 8]));

        var refused = Refused(Linear("./plain", "./packed"));

        Assert.Equal((Codes.ModelQuantized, 5), (refused.Code, refused.Span?.Line));
        Assert.StartsWith($"./packed is quantized: {scheme} (", refused.Detail, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(".weight:F8_E4M3:4,8;.weight_scale_inv:F32:1,2")]
    [InlineData(".weight:F8_E4M3:4,8;.weight_scale:BF16:4,1")]
    [InlineData(".weight:F8_E4M3:4,8;.weight_scale:F16:4")]
    [InlineData(".weight:F8_E4M3:4,8;.weight_scale:F32:;.input_scale:F32:;.k_scale:F32:1")]
    [InlineData(".weight:F8_E5M2:4,8;.scale_weight:F32:1")]
    [InlineData(".weight:F8_E4M3:4,8;.scale:F8_E8M0:1,2")]
    [InlineData(".weight:F8_E5M2:4,8")]
    [InlineData(".weight:F8_E5M2:4,8;.scaled_fp8:F8_E5M2:0")]
    [InlineData(".weight:F8_E4M3:4,8;.scale_weight:F32:1;.scaled_fp8:F8_E4M3:2")]
    [InlineData(".weight:F8_E4M3:4,8;.weight_scale:F32:;.comfy_quant:U8:27")]
    [InlineData(".weight:F8_E4M3:4,8;.weight_scale:F32:4,1;.k_scale:F32:;.v_scale:F32:")]
    [InlineData(".weight:BF16:4,8;.comfy_quant:U8:27")]
    [InlineData(".weight:BF16:4,8;.k_scale:F32:;.v_scale:BF16:1")]
    public void Eight_bits_that_are_understood_plan_like_plain_weights(string tensors)
    {
        Write("packed", null, tensors.Split(';'));
        Models.Mixed("plain", null, (Module + ".weight", DType.BF16, [4, 8]));

        var job = Assert.Single(Plan(Linear("./packed", "./plain")).Jobs);

        Assert.Equal((Module + ".weight", DType.BF16), (job.Name, job.DType));
        Assert.Equal([4, 8], job.Shape);
    }

    [Theory]
    [InlineData("1,1", true)]
    [InlineData("2,4", false)]
    [InlineData("", true)]
    public void Scales_have_the_blocks_that_the_config_declares(string scales, bool fits)
    {
        const string Config = """{"quantization_config": {"quant_method": "fp8", "weight_block_size": [4, 8]}}""";
        Write("packed", Config, [".weight:F8_E4M3:4,8", $".weight_scale_inv:F32:{scales}"]);

        var (plan, found) = TryPlan(Linear("./packed", "./packed"), Models);

        Assert.Equal(fits, plan is not null);
        Assert.True(fits || found.Any(diagnostic => diagnostic.Detail.Contains("does not fit", StringComparison.Ordinal) && diagnostic.Detail.Contains("blocks of 4 x 8", StringComparison.Ordinal)));
    }

    [Theory]
    [InlineData(".weight:F8_E4M3:4,8;.weight_scale:F32:;.weight_zero_point:BF16:", "{}", ".weight_zero_point")]
    [InlineData(".weight:F8_E4M3:4,8;.weight_scale:F32:4,1;.weight_g_idx:I32:8", "{}", ".weight_g_idx")]
    [InlineData(".weight:F8_E4M3:4,8;.weight_scale:F32:;.weight_scale_2:F32:", "{}", ".weight_scale_2")]
    [InlineData(".weight:F8_E4M3:4,8;.weight_scale:F32:;.scale:F32:", "{}", ".scale")]
    [InlineData(".weight:F8_E4M3:4,8;.weight_scale:F32:;_other.scale_weight:F32:", "{}", "_other.scale_weight")]
    [InlineData(".weight:F8_E4M3:4,8;.weight_scale:F32:;_proj_scale:F32:", "{}", "_proj_scale")]
    [InlineData(".weight:F8_E4M3:4,8;.weight_scale:F32:;_other:BF16:4,8;_other_scale:F32:", "{}", "_other_scale")]
    [InlineData(".weight:BF16:4,8;.weight_scale:F32:;.comfy_quant:U8:27", "{}", ".weight_scale")]
    [InlineData("_blocks:U8:2,6,3,16;_scales:U8:2,6,3;:BF16:2,96,6", "{}", "")]
    [InlineData(".weight:BF16:4,8;.weight_scale_inv:F32:1,1", "{}", ".weight_scale_inv")]
    [InlineData(".weight:BF16:4,8;.weight_scale:F32:", """{"quantization_config": {"quant_method": "fp8"}}""", ".weight_scale")]
    [InlineData(".weight:F8_E4M3:240,8;.weight_scale_inv:F32:2,1", "{}", ".weight_scale_inv")]
    [InlineData(".weight:F8_E4M3:9,100;.weight_scale:F32:9,3", """{"quantization_config": {"quant_method": "mxfp8"}}""", ".weight_scale")]
    [InlineData(".weight:F8_E4M3:8,192;.weight_scale:F32:8,3", """{"quantization_config": {"quant_method": "compressed-tensors", "config_groups": {"g": {"weights": {"group_size": 96}}}}}""", ".weight_scale")]
    public void What_is_beside_a_scale_or_left_of_one_is_never_merged_as_if_it_were_not(string tensors, string config, string named)
    {
        Write("a", config, tensors.Split(';'));

        var (plan, found) = TryPlan(Linear("./a", "./a"), Models);

        Assert.Null(plan);
        Assert.All(found.Where(finding => finding.Severity is Severity.Error), finding => Assert.Equal(Codes.ModelQuantized, finding.Code));
        Assert.Contains(found, finding => finding.Detail.Contains($"'{Module}{named}'", StringComparison.Ordinal));
    }

    [Fact]
    public void Mxfp4_takes_the_name_and_the_shape_that_loaders_give_it()
    {
        Write("a", null, ["_blocks:U8:2,6,3,16", "_scales:U8:2,6,3"]);

        Assert.Equal([2, 96, 6], Job(Plan(Linear("./a", "./a")), Module).Shape);
    }

    [Fact]
    public void Mxfp4_as_the_makers_of_gpt_oss_store_it_multiplies_from_the_left()
    {
        Write("a", null, [".mlp1_weight.blocks:U8:2,6,3,16", ".mlp1_weight.scales:U8:2,6,3"]);

        Assert.Equal([2, 6, 96], Job(Plan(Linear("./a", "./a")), Module + ".mlp1_weight").Shape);
    }

    [Theory]
    [InlineData(".weight:F8_E4M3:0,8;.weight_scale:F32:0,1")]
    [InlineData(".weight:F8_E4M3:0,8;.weight_scale_inv:F32:1,1")]
    [InlineData(".weight:F8_E4M3:0,8;_other.weight:F8_E4M3:4,8;_other.weight_scale:F32:")]
    public void Eight_bits_without_an_element_need_no_scale_that_fits(string tensors)
    {
        Write("a", """{"quantization_config": {"quant_method": "fp8"}}""", tensors.Split(';'));

        Assert.Equal([0, 8], Job(Plan(Linear("./a", "./a")), Module + ".weight").Shape);
    }

    [Fact]
    public void Scales_of_the_cache_leave_a_model_in_plain_numbers_with_a_note()
    {
        Write("a", "{}", [".weight:BF16:4,8", ".k_scale:F32:", ".v_scale:F32:1"]);
        Write("b", "{}", [".weight:BF16:4,8"]);

        var (plan, found) = TryPlan(Linear("./a", "./b"), Models);

        var note = Assert.Single(found);
        Assert.Equal((Codes.LeftOutOfFewBits, Severity.Note), (note.Code, note.Severity));
        Assert.Contains(Module + ".k_scale", note.Detail, StringComparison.Ordinal);
        Assert.Equal([Module + ".weight"], plan!.Jobs.Select(job => job.Name));
    }

    [Fact]
    public void A_learned_vector_of_such_a_name_is_a_weight()
    {
        Write("a", "{}", [".weight:BF16:4,8", ".k_scale:F32:8"]);

        Assert.Equal(2, Plan(Linear("./a", "./a")).Jobs.Length);
    }

    [Theory]
    [InlineData("""{"quant_method": "fbgemm_fp8"}""", "FP8", "I8")]
    [InlineData("""{"quant_method": "bitnet"}""", "BitNet", "U8")]
    [InlineData("""{"quant_method": "quark"}""", "Quark", "U8")]
    [InlineData("""{"quant_method": "Tomorrow's"}""", "tomorrow's", "U8")]
    [InlineData("""{"bits": 4}""", "unnamed", "I32")]
    public void A_config_names_the_scheme_where_packed_integers_have_the_names_of_weights(string settings, string scheme, string dtype)
    {
        var config = $$"""{"quantization_config": {{settings}}}""";
        Write("a", config, [$".weight:{dtype}:4,8"]);
        Write("b", config, [$".weight:{dtype}:4,8"]);

        var (plan, found) = TryPlan(Linear("./a", "./b"), Models);

        Assert.Null(plan);
        Assert.Equal(2, found.Count(diagnostic => diagnostic.Code == Codes.ModelQuantized && diagnostic.Detail.Contains($"is quantized: {scheme} (", StringComparison.Ordinal)));
    }

    [Fact]
    public void The_settings_of_a_nested_config_count_too()
    {
        Write("a", """{"text_config": {"hidden_size": 8, "quantization_config": {"quant_method": "gptq"}}}""", [".qweight:I32:1,8", ".qzeros:I32:1,1"]);

        Assert.Contains("GPTQ", Refused(Linear("./a", "./a")).Detail, StringComparison.Ordinal);
    }

    [Fact]
    public void A_quantization_that_only_the_config_claims_is_told_and_leaves_the_output()
    {
        const string Config = """{"model_type": "llama", "quantization_config": {"quant_method": "bitsandbytes", "load_in_4bit": true}}""";
        Write("a", Config, [".weight:BF16:4,8"]);
        Write("b", """{"model_type": "llama"}""", [".weight:BF16:4,8"]);

        var (plan, found) = TryPlan(Linear("./a", "./b"), Models);

        Assert.Equal(Codes.QuantizationDropped, Assert.Single(found).Code);
        Assert.DoesNotContain("quantization_config", plan!.Config!, StringComparison.Ordinal);
    }

    [Fact]
    public void Ordinary_weights_with_telling_names_are_no_quantization()
    {
        string[] tensors = [".weight:F32:4,8", ".scale:F32:4", ".weight_scale:F32:4", ".W_q:F32:4,8", "_scales:F32:4", "_blocks:F32:4", "_mask:BOOL:4,8"];
        Write("a", "{}", tensors);
        Write("b", "{}", tensors);

        Assert.Equal(tensors.Length, Plan(Linear("./a", "./b")).Jobs.Length);
    }

    private void Write(string name, string? config, string[] tensors) => Models.Mixed(name, config,
    [
        .. from tensor in tensors
           let parts = tensor.Split(':')
           let shape = parts[^1]
           select (Module + string.Join(':', parts[..^2]), Enum.Parse<DType>(parts[^2]), shape.Length == 0 ? [] : shape.Split(',').Select(long.Parse).ToArray()),
    ]);

    private static string Linear(string first, string second) => $$"""
        merge_method: linear
        models:
          - model: {{first}}
            parameters: { weight: 0.5 }
          - model: {{second}}
            parameters: { weight: 0.5 }
        """;
}
