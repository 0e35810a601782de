using MergeOps.Tensors;

namespace MergeOps.Architectures;

/// <summary>The names of tensors that stand beside weights in few bits: what only arithmetic in few bits uses, and scales.</summary>
internal static class FewBitsNames
{
    // after the name of the weight
    private static readonly string[] ScaleEndings = ["_scale_inv", "_scale"];

    // in place of the name's last part
    private static readonly string[] ScaleNames = [".scale_weight", ".scale"];

    // no layer has a tensor of such a name of its own
    private static readonly string[] CertainScales = ["_scale_inv", ".weight_scale", ".scale_weight", "_proj_scale"];

    private static readonly string[] CacheScales = [".k_scale", ".v_scale", ".q_scale", ".kv_scale"];

    private static readonly string[] Activations =
        [".input_scale", "_input_scale", ".activation_scale", "_activation_scale", ".input_scale_ub", ".output_scale", ".scale_input", .. CacheScales];

    /// <summary>Whether it says what a file or a layer is stored in, to one program: <c>scaled_fp8</c> and <c>comfy_quant</c>.</summary>
    public static bool IsMarker(TensorInfo tensor) => HasLastPart(tensor.Name, "scaled_fp8") || IsDeclaration(tensor);

    /// <summary>Whether it declares for one layer what a config declares for a model.</summary>
    public static bool IsDeclaration(TensorInfo tensor) => tensor.DType == DType.U8 && HasLastPart(tensor.Name, "comfy_quant");

    /// <summary>Whether only arithmetic in few bits uses it.</summary>
    /// <param name="tensor">The tensor.</param>
    /// <param name="isFewBits">Whether the model has, or says that it has, weights in few bits; one that has none may have a cache in few bits, with one scale for each layer.</param>
    public static bool IsUnused(TensorInfo tensor, bool isFewBits) =>
        IsMarker(tensor)
        || (tensor.DType.IsMergeable() && (isFewBits || tensor.ElementCount == 1)
            && Array.Exists(isFewBits ? Activations : CacheScales, ending => tensor.Name.EndsWith(ending, StringComparison.Ordinal)));

    /// <summary>Whether it is the scale of a weight, by its own name, or by that of the weight beside it.</summary>
    public static bool IsScale(TensorInfo tensor, TensorMap<TensorInfo> tensors)
    {
        var name = tensor.Name;
        return Array.Exists(CertainScales, ending => name.EndsWith(ending, StringComparison.Ordinal))
            || Array.Exists(ScaleEndings, ending => name.EndsWith(ending, StringComparison.Ordinal) && tensors.ContainsKey(name[..^ending.Length]))
            || Array.Exists(ScaleNames, last => name.EndsWith(last, StringComparison.Ordinal) && tensors.ContainsKey(name[..^last.Length] + ".weight"));
    }

    /// <summary>The names that the scale of a weight may have.</summary>
    public static IEnumerable<string> ScalesOf(string weight) =>
        ScaleEndings.Select(ending => weight + ending).Concat(ModuleOf(weight) is { } module ? ScaleNames.Select(last => module + last) : []);

    private static string? ModuleOf(string weight) => weight.EndsWith(".weight", StringComparison.Ordinal) ? weight[..^".weight".Length] : null;

    private static bool HasLastPart(string name, string part) =>
        name.EndsWith(part, StringComparison.Ordinal) && (name.Length == part.Length || name[^(part.Length + 1)] == '.');
}
