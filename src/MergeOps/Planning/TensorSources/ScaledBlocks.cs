using System.Collections.Immutable;
using System.Text.Json.Nodes;
using MergeOps.Diagnostics;

namespace MergeOps.Planning.TensorSources;

/// <summary>8-bit floats with one scale for each block of the last two axes: a block may be a row or the whole tensor, and is smaller at the edges.</summary>
/// <param name="Packed">The small numbers.</param>
/// <param name="Scales">One for each block, row by row; for all matrices of a stack, or for each its own.</param>
/// <param name="BlockRows">Rows of a block.</param>
/// <param name="BlockColumns">Columns of a block.</param>
internal sealed record ScaledBlocks(TensorSource Packed, TensorSource Scales, long BlockRows, long BlockColumns) : Dequantized(Packed, Scales)
{
    /// <inheritdoc/>
    public override ImmutableArray<long> Shape => Packed.Shape;

    /// <inheritdoc/>
    protected override JsonObject Settings => new() { ["format"] = "FP8", ["block"] = Json([BlockRows, BlockColumns]) };

    /// <inheritdoc/>
    protected override TensorSource With(ImmutableArray<TensorSource> parts) => new ScaledBlocks(parts[0], parts[1], BlockRows, BlockColumns);

    /// <inheritdoc/>
    public override void WriteTerms(CanonicalJsonWriter json, Func<Stored, string?> contentOf)
    {
        Packed.WriteTo(json.Name("scaled"), contentOf);
        Scales.WriteTo(json.Name("scales"), contentOf);
        json.Name("block").Value([BlockRows, BlockColumns]);
    }

    /// <inheritdoc/>
    public override string ToString() => $"dequantized({Packed}, {Scales}, blocks of {BlockRows} x {BlockColumns})";
}
