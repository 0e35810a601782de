using System.Collections.Immutable;
using MergeOps.Diagnostics;
using MergeOps.Tensors;

namespace MergeOps.Architectures;

/// <summary>A weight that is stored in a few bits with scales, and whose numbers follow from both.</summary>
/// <param name="Name">The weight's name.</param>
/// <param name="Packed">What is stored of it.</param>
/// <param name="Scales">Its scales; bytes that mean powers of two have the type of such.</param>
/// <param name="Block">Rows and columns of the block that a scale stands for; null for MXFP4, which has its own.</param>
internal sealed record ScaledWeight(string Name, TensorInfo Packed, TensorInfo Scales, ScaleBlock? Block)
{
    /// <summary>Whether loaders turn its matrices, so that they multiply from the right.</summary>
    public bool IsTurned { get; init; }
}

/// <summary>What is known of a checkpoint's weights in few bits: FP8 and MXFP4 are understood, every other scheme is refused.</summary>
/// <param name="Weights">The weights with scales, in the order of their names.</param>
/// <param name="Unused">Tensors that only arithmetic in few bits uses: scales of activations and of the cache, and markers.</param>
/// <param name="Refusal">Why the checkpoint cannot be merged; null when it can.</param>
internal sealed record ScaledWeights(ImmutableArray<ScaledWeight> Weights, ImmutableArray<TensorInfo> Unused, QuantizedCheckpoint? Refusal)
{
    private const string TakeAnother = "Download it again, or use its bf16 copy.";

    private static readonly string[] Companions = ["_zero_point", "_g_idx", "_scale_2", "_global_scale"];

    /// <summary>Nothing but plain numbers.</summary>
    public static ScaledWeights None { get; } = new([], [], null);

    /// <summary>Looks at the tensors, and at the config for the size of blocks and for schemes that only it names.</summary>
    public static ScaledWeights Of(ModelConfig? config, Checkpoint checkpoint)
    {
        var all = checkpoint.Tensors;
        var isDeclared = QuantizedCheckpoint.DeclaredMethod(config) is not null || all.Values.Any(FewBitsNames.IsDeclaration);
        checkpoint = all.Values.Any(FewBitsNames.IsMarker) ? checkpoint with { Tensors = all.Only(name => !FewBitsNames.IsMarker(all[name])) } : checkpoint;
        if (QuantizedCheckpoint.Find(config, checkpoint) is not { } found)
        {
            // whether its weight was multiplied by it already cannot be seen; where nothing is declared only one name means nothing else
            return checkpoint.Tensors.Values.FirstOrDefault(tensor => isDeclared ? FewBitsNames.IsScale(tensor, all) : tensor.Name.EndsWith("_scale_inv", StringComparison.Ordinal)) is { } leftOver
                ? Refuse(new("FP8", TerminalText.Quoted(leftOver.Name), TakeAnother), $"{Described(leftOver)} is the scale of a weight that is not quantized.")
                : new([], [.. all.Values.Where(tensor => FewBitsNames.IsUnused(tensor, isDeclared))], null);
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
                return Refuse(found, $"{Described(more)} is stored beside {Described(tensor)} and {Described(scales)}, and its effect on these numbers is not known.");
            }

            weights.Add(weight);
            explained.Add(tensor.Name);
            explained.Add(scales.Name);
        }

        ImmutableArray<TensorInfo> unused = [.. all.Values.Where(tensor => !explained.Contains(tensor.Name) && FewBitsNames.IsUnused(tensor, isFewBits: true))];
        explained.UnionWith(unused.Select(tensor => tensor.Name));

        // what has no element has no scale to lack
        ImmutableArray<TensorInfo> rest = [.. tensors.Values.Where(tensor => !explained.Contains(tensor.Name) && !(tensor.DType.IsFloat8() && tensor.ElementCount == 0))];
        if (rest.FirstOrDefault(tensor => tensor.DType.IsFloat8()) is { } bare)
        {
            return Refuse(found, $"{Described(bare)} has no scale, and {(weights.Count == 0 ? "its config.json says that it has one" : $"{weights.Count:N0} other weights have one")}.");
        }

        if (weights.Count > 0 && rest.FirstOrDefault(tensor => FewBitsNames.IsScale(tensor, all)) is { } orphan)
        {
            return Refuse(found, $"{Described(orphan)} is the scale of a weight that is not quantized.");
        }

        var remaining = checkpoint with { Tensors = rest.ToTensorMap(tensor => tensor.Name, tensor => tensor) };
        return QuantizedCheckpoint.Find(config, remaining) is { } other ? new([], [], other) : new(weights.ToImmutable(), unused, null);
    }

    private static ScaledWeights Refuse(QuantizedCheckpoint found, string problem) => new([], [], found with { Problem = problem, WayOut = TakeAnother });

    private static string Described(TensorInfo tensor) => $"{TerminalText.Quoted(tensor.Name)} ({tensor.DType} [{string.Join(", ", tensor.Shape)}])";

    private static TensorInfo? ScalesOf(TensorInfo tensor, TensorMap<TensorInfo> tensors)
    {
        if (tensor.DType == DType.U8)
        {
            return Mxfp4Naming.Of(tensor.Name) is { } naming ? tensors.GetValueOrDefault(naming.Scales) : null;
        }

        return tensor.DType.IsFloat8()
            ? FewBitsNames.ScalesOf(tensor.Name).Select(name => tensors.GetValueOrDefault(name)).FirstOrDefault(scales => scales is not null)
            : null;
    }

    // a zero point, an order of columns, a second scale, or the same weight once more
    private static TensorInfo? BesideScales(TensorInfo packed, TensorInfo scales, ScaledWeight weight, TensorMap<TensorInfo> tensors)
    {
        IEnumerable<string> names =
        [
            .. Companions.Select(ending => packed.Name + ending),
            .. FewBitsNames.ScalesOf(packed.Name),
            .. weight.Name == packed.Name ? Enumerable.Empty<string>() : [weight.Name],
        ];
        return names.Where(name => name != scales.Name).Select(name => tensors.GetValueOrDefault(name)).FirstOrDefault(found => found is not null);
    }

    private static ScaledWeight? Mxfp4(TensorInfo packed, TensorInfo scales) =>
        Mxfp4Naming.Of(packed.Name) is { } naming && packed.Shape is [_, .., _, 16] && packed.Shape.Length >= 3 && (packed.Shape.Length == 4 || !naming.IsTurned)
        && scales.DType is DType.U8 or DType.F8_E8M0 && scales.Shape.SequenceEqual(packed.Shape[..^1])
            ? new(naming.Weight, packed, scales with { DType = DType.F8_E8M0 }, null) { IsTurned = naming.IsTurned }
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
}
