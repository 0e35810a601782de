using System.Collections.Immutable;
using System.Text.Json.Nodes;
using MergeOps.Diagnostics;

namespace MergeOps.Planning.TensorSources;

/// <summary>
/// MXFP4 (OCP Microscaling Formats 1.0): two E2M1 numbers in a byte, the first one in its lower half, and for each block of
/// 32 numbers one power of two.
/// </summary>
internal sealed record PackedFp4 : Dequantized
{
    /// <summary>Bytes of a block.</summary>
    public const int BlockBytes = 16;

    private readonly string name;

    /// <summary>Unpacks.</summary>
    /// <param name="packed">Bytes; the last two axes are the blocks of a row and the bytes of a block.</param>
    /// <param name="scales">One for each block, in E8M0.</param>
    /// <param name="name">The name of the tensor that is unpacked.</param>
    public PackedFp4(TensorSource packed, TensorSource scales, string name)
        : base(packed, scales)
    {
        if (packed.Shape is not [.., _, BlockBytes] || !scales.Shape.SequenceEqual(packed.Shape[..^1]))
        {
            throw new ArgumentException($"{packed} is [{string.Join(", ", packed.Shape)}], its scales are [{string.Join(", ", scales.Shape)}]", nameof(scales));
        }

        this.name = name;
    }

    /// <inheritdoc/>
    public override ImmutableArray<long> Shape => [.. Packed.Shape[..^2], Packed.Shape[^2] * BlockBytes * 2];

    /// <inheritdoc/>
    public override string Name => name;

    /// <inheritdoc/>
    protected override JsonObject Settings => new() { ["format"] = "MXFP4" };

    /// <inheritdoc/>
    protected override TensorSource With(ImmutableArray<TensorSource> parts) => new PackedFp4(parts[0], parts[1], name);

    /// <inheritdoc/>
    public override void WriteTerms(CanonicalJsonWriter json, Func<Stored, string?> contentOf)
    {
        Packed.WriteTo(json.Name("mxfp4"), contentOf);
        Scales.WriteTo(json.Name("scales"), contentOf);
    }

    /// <inheritdoc/>
    public override string ToString() => $"dequantized({Packed}, {Scales}, MXFP4)";
}
