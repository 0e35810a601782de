using System.Collections.Immutable;
using MergeOps.Diagnostics;
using MergeOps.Tensors;

namespace MergeOps.Architectures;

/// <summary>A weight that is stored in a few bits with scales, and whose numbers follow from both.</summary>
/// <param name="Name">The weight's name.</param>
/// <param name="Packed">What is stored of it.</param>
/// <param name="Scales">Its scales; bytes that mean powers of two have the type of such.</param>
/// <param name="Block">Rows and columns of the block that a scale stands for; null for MXFP4, which has its own.</param>
internal sealed record ScaledWeight(string Name, TensorInfo Packed, TensorInfo Scales, ScaleBlock? Block);

/// <summary>What is known of a checkpoint's weights in few bits: FP8 and MXFP4 are understood, every other scheme is refused.</summary>
/// <param name="Weights">The weights with scales, in the order of their names.</param>
/// <param name="Unused">Tensors that only arithmetic in few bits uses: scales of activations and of the cache.</param>
/// <param name="Refusal">Why the checkpoint cannot be merged; null when it can.</param>
internal sealed record ScaledWeights(ImmutableArray<ScaledWeight> Weights, ImmutableArray<TensorInfo> Unused, QuantizedCheckpoint? Refusal)
{
    private const string Mxfp4Blocks = "_blocks";

    private const string TakeAnother = "Download it again, or take its bf16 copy.";

    // after the name of the weight
    private static readonly string[] ScaleEndings = ["_scale_inv", "_scale"];

    // in place of the name's last part
    private static readonly string[] ScaleNames = [".scale_weight", ".scale"];

    private static readonly string[] Companions = ["_zero_point", "_g_idx", "_scale_2", "_global_scale"];

    private static readonly string[] UnusedEndings =
        [".input_scale", "_input_scale", ".activation_scale", "_activation_scale", ".input_scale_ub", ".output_scale", ".scale_input", ".k_scale", ".v_scale", ".q_scale", ".kv_scale"];

    /// <summary>Nothing but plain numbers.</summary>
    public static ScaledWeights None { get; } = new([], [], null);

    /// <summary>Looks at the tensors, and at the config for the size of blocks and for schemes that only it names.</summary>
    public static ScaledWeights Of(ModelConfig? config, Checkpoint checkpoint)
    {
        if (QuantizedCheckpoint.Find(config, checkpoint) is not { } found)
        {
            // whether its weight was multiplied by it already cannot be seen; without a config only one name means nothing else
            var isDeclared = QuantizedCheckpoint.DeclaredMethod(config) is not null;
            return checkpoint.Tensors.Values.FirstOrDefault(tensor => IsScale(tensor) && (isDeclared || tensor.Name.EndsWith("_scale_inv", StringComparison.Ordinal))) is { } leftOver
                ? Refuse(new("FP8", TerminalText.Quoted(leftOver.Name), TakeAnother), $"{Described(leftOver)} is the scale of a weight that is not stored in few bits.")
                : None;
        }

        if (!found.MayBeExact)
        {
            return new([], [], found);
        }

        var tensors = checkpoint.Tensors;
        var block = ScaleBlock.Declared(config);
        var isRowwise = QuantizedCheckpoint.DeclaredMethod(config) == "fbgemm_fp8";
        var weights = ImmutableArray.CreateBuilder<ScaledWeight>();
        var explained = new HashSet<string>(StringComparer.Ordinal);
        foreach (var tensor in tensors.Values)
        {
            if (ScalesOf(tensor, tensors) is not { } scales)
            {
                continue;
            }

            var weight = tensor.DType == DType.U8 ? Mxfp4(tensor, scales) : Float8(tensor, scales, block, isRowwise);
            if (weight is null)
            {
                return Refuse(found, $"{Described(scales)} does not fit {Described(tensor)}{(block is null || tensor.DType == DType.U8 ? "" : $" with blocks of {block.Rows} x {block.Columns}")}.");
            }

            if (BesideScales(tensor, scales, weight, tensors) is { } more)
            {
                return Refuse(found, $"{Described(more)} stands beside {Described(tensor)} and {Described(scales)}, and what it does to these numbers is not known.");
            }

            weights.Add(weight);
            explained.Add(tensor.Name);
            explained.Add(scales.Name);
        }

        ImmutableArray<TensorInfo> unused = weights.Count == 0 ? [] : [.. tensors.Values.Where(tensor => !explained.Contains(tensor.Name) && IsUnused(tensor))];
        explained.UnionWith(unused.Select(tensor => tensor.Name));
        ImmutableArray<TensorInfo> rest = [.. tensors.Values.Where(tensor => !explained.Contains(tensor.Name))];
        if (rest.FirstOrDefault(tensor => tensor.DType.IsFloat8()) is { } bare)
        {
            return Refuse(found, $"{Described(bare)} has no scale, and {(weights.Count == 0 ? "its config.json says that it has one" : $"{weights.Count:N0} other weights have one")}.");
        }

        if (weights.Count > 0 && rest.FirstOrDefault(IsScale) is { } orphan)
        {
            return Refuse(found, $"{Described(orphan)} is the scale of a weight that is not stored in few bits.");
        }

        var remaining = checkpoint with { Tensors = rest.ToImmutableSortedDictionary(tensor => tensor.Name, tensor => tensor, StringComparer.Ordinal) };
        return QuantizedCheckpoint.Find(config, remaining) is { } other ? new([], [], other) : new(weights.ToImmutable(), unused, null);
    }

    private static ScaledWeights Refuse(QuantizedCheckpoint found, string problem) => new([], [], found with { Problem = problem, WayOut = TakeAnother });

    private static string Described(TensorInfo tensor) => $"{TerminalText.Quoted(tensor.Name)} ({tensor.DType} [{string.Join(", ", tensor.Shape)}])";

    private static TensorInfo? ScalesOf(TensorInfo tensor, ImmutableSortedDictionary<string, TensorInfo> tensors)
    {
        if (tensor.DType == DType.U8)
        {
            return tensor.Name.EndsWith(Mxfp4Blocks, StringComparison.Ordinal) ? tensors.GetValueOrDefault(tensor.Name[..^Mxfp4Blocks.Length] + "_scales") : null;
        }

        if (!tensor.DType.IsFloat8())
        {
            return null;
        }

        var module = tensor.Name.EndsWith(".weight", StringComparison.Ordinal) ? tensor.Name[..^".weight".Length] : null;
        return ScaleEndings.Select(ending => tensors.GetValueOrDefault(tensor.Name + ending))
            .Concat(ScaleNames.Select(name => module is null ? null : tensors.GetValueOrDefault(module + name)))
            .FirstOrDefault(scales => scales is not null);
    }

    // a zero point, an order of columns, a second scale, or the same weight once more
    private static TensorInfo? BesideScales(TensorInfo packed, TensorInfo scales, ScaledWeight weight, ImmutableSortedDictionary<string, TensorInfo> tensors)
    {
        var module = packed.Name.EndsWith(".weight", StringComparison.Ordinal) ? packed.Name[..^".weight".Length] : packed.Name;
        IEnumerable<string> names =
        [
            .. Companions.Concat(ScaleEndings).Select(ending => packed.Name + ending),
            .. ScaleNames.Select(name => module + name),
            .. weight.Name == packed.Name ? Enumerable.Empty<string>() : [weight.Name],
        ];
        return names.Where(name => name != scales.Name).Select(name => tensors.GetValueOrDefault(name)).FirstOrDefault(found => found is not null);
    }

    // loaders transpose each expert, so that it is the matrix that multiplies from the right
    private static ScaledWeight? Mxfp4(TensorInfo packed, TensorInfo scales) =>
        packed.Shape is [_, _, _, 16] && scales.DType is DType.U8 or DType.F8_E8M0 && scales.Shape.SequenceEqual(packed.Shape[..^1])
            ? new(packed.Name[..^Mxfp4Blocks.Length], packed, scales with { DType = DType.F8_E8M0 }, null)
            : null;

    private static ScaledWeight? Float8(TensorInfo packed, TensorInfo scales, ScaleBlock? declared, bool isRowwise)
    {
        // a byte beside 8-bit floats is a power of two, as in MXFP8
        var typed = scales.DType == DType.U8 ? scales with { DType = DType.F8_E8M0 } : scales;
        return typed.DType is DType.F32 or DType.BF16 or DType.F16 or DType.F8_E8M0 && !(isRowwise && packed.Shape.Length > 2)
            && ScaleBlock.Of(packed.Shape, typed.Shape, declared) is { } block
            ? new(packed.Name, packed, typed, block)
            : null;
    }

    private static bool IsScale(TensorInfo tensor) =>
        tensor.Name.EndsWith("_scale_inv", StringComparison.Ordinal) || tensor.Name.EndsWith(".weight_scale", StringComparison.Ordinal);

    private static bool IsUnused(TensorInfo tensor) =>
        tensor.Name == "scaled_fp8" || (tensor.DType.IsMergeable() && UnusedEndings.Any(ending => tensor.Name.EndsWith(ending, StringComparison.Ordinal)));
}
