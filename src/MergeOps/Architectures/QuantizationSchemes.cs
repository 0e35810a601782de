using MergeOps.Tensors;

namespace MergeOps.Architectures;

/// <summary>The schemes that are known by name. The more telling marks come first: some schemes share endings with others.</summary>
internal static class QuantizationSchemes
{
    /// <summary>What to do where no tool gives the numbers back.</summary>
    public const string TakeTheOriginal = "Use the model that it was quantized from.";

    private const int PairsOfBlock = 16;

    private const string Dequantize =
        "Use the model that it was quantized from, or load it with transformers, call model.dequantize() and save it with save_pretrained.";

    /// <summary>In the order in which they are tried.</summary>
    public static IReadOnlyList<QuantizationScheme> All { get; } =
    [
        new("2:4 sparse", [], [[".compressed", ".bitmask"], [".weight_packed", ".meta"]], "Use the model that it was made sparse from.")
            { IsDecisive = true, Problem = "It stores half of its numbers, and their positions in a bit mask beside them." },
        new("FP4 in I8", [], [[".scale", ".weight"], ["_scale", ""], ["_scale_inv", ""]], "Use its bf16 copy, or the model that it was quantized from.")
            { IsDecisive = true, Holds = ArePairsOfFp4, Problem = "Each of its bytes holds two numbers, and nothing says which of them comes first." },
        new("NVFP4", ["modelopt", "nvfp4"], [[".weight_scale_2", ".weight_scale"]], TakeTheOriginal) { Settings = ["nvfp4", "fp4"] },
        new("MXFP4", ["mxfp4"], [["_blocks", "_scales"], [".blocks", ".scales"]],
            "Load it with transformers as Mxfp4Config(dequantize=True) and save it with save_pretrained, or use a bf16 copy of it.") { IsExact = true },
        new("bitsandbytes 4 bit", ["bitsandbytes"],
            [[".weight.quant_state.bitsandbytes__nf4"], [".weight.quant_state.bitsandbytes__fp4"], [".absmax", ""], [".quant_map", ""]],
            Dequantize) { Settings = ["load_in_4bit"] },
        new("bitsandbytes 8 bit", ["bitsandbytes"], [[".SCB", ".weight"], [".weight_format", ".weight"]], Dequantize) { Settings = ["load_in_8bit"] },
        new("EXL2", ["exl2"], [[".q_weight", ".q_scale"], [".q_invperm"]], TakeTheOriginal),
        new("EXL3", ["exl3"], [[".trellis", ".suh"], [".trellis", ".svh"]], TakeTheOriginal),
        new("GPTQ", ["gptq", "auto-round", "intel/auto-round", "gptq_marlin"], [[".qweight", ".g_idx"]], TakeTheOriginal),
        new("AWQ", ["awq", "gemm", "awq_marlin"], [[".qweight", ".qzeros"], [".qweight", ".scales"], [".qweight"]], TakeTheOriginal),
        new("HQQ", ["hqq"], [[".W_q"]], TakeTheOriginal),
        new("AQLM", ["aqlm"], [[".codes", ".codebooks"]], TakeTheOriginal),
        new("VPTQ", ["vptq"], [[".indices", ".centroids.weight"], [".indices", ".centroids"]], TakeTheOriginal),
        new("SpQR", ["spqr"], [[".dense_weights", ".row_offsets"]], TakeTheOriginal),
        new("Quanto", ["quanto"], [[".weight._data", ".weight._scale"]], TakeTheOriginal),
        new("compressed-tensors", ["compressed-tensors"],
            [[".weight_packed", ".weight_scale"], [".weight_packed", ".weight_shape"], [".weight_packed"], [".weight_zero_point", ".weight"]],
            "Use the model that it was quantized from, or load it with transformers as CompressedTensorsConfig(run_compressed=False) and save it with save_pretrained.") { HasFloat8 = true },
        new("EETQ", ["eetq"], [[".weight_scales", ".weight"]], TakeTheOriginal),
        new("HIGGS", ["higgs"], [], TakeTheOriginal),
        new("BitNet", ["bitnet"], [], Dequantize),
        new("Quark", ["quark"], [], TakeTheOriginal) { HasFloat8 = true },
        new("torchao", ["torchao"], [["_qdata", "_scale"], [":_data", ":_scale"], [":qdata", ":scale"]], TakeTheOriginal),
        new("FP-Quant", ["fp_quant"], [[".qweight", ".forward_hadamard_matrix"]], TakeTheOriginal),
        new("GGUF", ["gguf"], [], TakeTheOriginal),
        new("FP8", ["fp8", "fbgemm_fp8", "finegrained_fp8", "modelopt_fp8", "modelopt", "mxfp8"],
            [["_scale_inv", ""], ["_scale", ""], [".scale_weight", ".weight"], [".scale", ".weight"]],
            "Use its bf16 copy, or load it with transformers as FineGrainedFP8Config(dequantize=True) and save it with save_pretrained.") { HasScaleLayouts = true, IsFloat = true, IsExact = true },
        new("integers with scales", [], [["_scale_inv", ""], ["_scale", ""], ["_scales", ""], [".scales", ".weight"]], TakeTheOriginal),
    ];

    // a power of two for 32 numbers, which are 16 bytes
    private static bool ArePairsOfFp4(IReadOnlyList<TensorInfo> members) =>
        members is [{ DType: DType.F8_E8M0 or DType.U8, Shape: [.. var blocks, var scales] }, { DType: DType.I8, Shape: [.. var rows, var bytes] }]
        && blocks.SequenceEqual(rows) && scales * PairsOfBlock == bytes;
}
