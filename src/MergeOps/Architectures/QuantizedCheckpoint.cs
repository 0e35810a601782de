using System.Text.Json.Nodes;
using MergeOps.Diagnostics;
using MergeOps.Tensors;

namespace MergeOps.Architectures;

/// <summary>What shows that a checkpoint stores its weights quantized.</summary>
/// <param name="Scheme">The scheme's name, with the layout of its scales where that tells kinds apart.</param>
/// <param name="Evidence">The tensor and the setting that show it.</param>
/// <param name="WayOut">What leads to a checkpoint that can be merged.</param>
internal sealed record QuantizedCheckpoint(string Scheme, string Evidence, string WayOut)
{
    private const string UsualProblem = "Its stored numbers cannot be merged without their scales.";

    /// <summary>Why its stored numbers cannot be merged.</summary>
    public string Problem { get; init; } = UsualProblem;

    /// <summary>Whether the scheme, or a form of it, is one whose numbers follow exactly from what is stored.</summary>
    public bool MayBeExact { get; init; }

    /// <summary>Looks at the tensors before the config: configs are edited and lost more often than weights are.</summary>
    /// <returns>Null when every weight is stored as a number of its own, whatever the config says.</returns>
    public static QuantizedCheckpoint? Find(ModelConfig? config, Checkpoint checkpoint)
    {
        var declared = DeclaredMethod(config);
        var known = declared is null ? null : QuantizationSchemes.All.FirstOrDefault(scheme => IsDeclared(scheme, declared, config!.Quantization!));
        var lastParts = TensorNames.LastPartsOf(checkpoint.Tensors.Keys);
        string? tensor = null;
        var marked = QuantizationSchemes.All.FirstOrDefault(scheme => (tensor = scheme.EvidenceIn(checkpoint.Tensors, lastParts)) is not null);

        // packed integers under the names of weights, or numbers too small to stand without a scale
        tensor ??= checkpoint.Tensors.Values.FirstOrDefault(stored => IsSmallFloat(stored.DType, declared is not null) || IsPackedWeight(stored, isDeclared: declared is not null))?.Name;
        if (tensor is null)
        {
            return null;
        }

        var evidence = TerminalText.Quoted(tensor) + (declared is null ? "" : $", quantization_config {TerminalText.Quoted(declared)}");
        return (marked is { IsDecisive: true } ? marked : known ?? marked) is { } scheme ? new(scheme.Name + (scheme.HasScaleLayouts ? Layout(tensor, checkpoint) : ""), evidence, scheme.WayOut)
        {
            Problem = scheme.Problem ?? UsualProblem,
            MayBeExact = scheme.IsExact || (scheme.HasFloat8 && checkpoint.Tensors.Values.Any(stored => stored.DType.IsFloat8())),
        }
            : declared is not null ? new(TerminalText.Escape(declared), evidence, QuantizationSchemes.TakeTheOriginal)
            : IsSmallFloat(checkpoint.Tensors[tensor].DType, isDeclared: true)
                ? new($"{checkpoint.Tensors[tensor].DType} without scales", evidence, "Convert it to bf16, or use the model that it was made from.")
                : new("weights packed in integers by an unknown scheme", evidence, QuantizationSchemes.TakeTheOriginal);
    }

    /// <summary>The method that a config declares, in lower case; null when it declares none.</summary>
    public static string? DeclaredMethod(ModelConfig? config) => config?.Quantization switch
    {
        null => null,
        { } settings when settings["quant_method"] is JsonValue method => method.ToString().ToLowerInvariant(),
        { } settings when Says(settings, "load_in_4bit") || Says(settings, "load_in_8bit") => "bitsandbytes",
        { } settings when settings["quant_algo"] is JsonValue => "modelopt",
        _ => "unnamed",
    };

    private static bool IsDeclared(QuantizationScheme scheme, string method, JsonObject settings) =>
        scheme.Methods.Contains(method, StringComparer.Ordinal)
        && (scheme.Settings.Length == 0
            || scheme.Settings.Any(word => Says(settings, word) || settings["quant_algo"]?.ToString().Equals(word, StringComparison.OrdinalIgnoreCase) == true));

    private static bool Says(JsonObject settings, string key) => settings[key] is JsonValue value && value.TryGetValue(out bool flag) && flag;

    // eight bits without any scale are numbers like others, unless the config says that they have one
    private static bool IsSmallFloat(DType dtype, bool isDeclared) =>
        dtype is not (DType.BOOL or DType.U8 or DType.I8) && dtype.Bits() <= 8 && (isDeclared || !dtype.IsFloat8());

    // tables of indices are integers too, but nobody calls them weights
    private static bool IsPackedWeight(TensorInfo tensor, bool isDeclared) =>
        !tensor.DType.IsNumeric() && tensor.Shape.Length >= 2 && TensorRoles.RoleOf(tensor.Name, tensor.Shape) is not TensorRole.DerivedBuffer
        && (isDeclared || tensor.Name.EndsWith(".weight", StringComparison.Ordinal));

    private static string Layout(string scale, Checkpoint checkpoint) =>
        !scale.Contains("scale", StringComparison.Ordinal) ? "" : checkpoint.Tensors[scale].Shape switch
        {
            [] or [1] => " with a scale for each tensor",
            [_, 1] when scale.EndsWith("_scale_inv", StringComparison.Ordinal) => " with a scale for each block",
            [_] or [_, 1] => " with a scale for each channel",
            _ => " with a scale for each block",
        };
}
