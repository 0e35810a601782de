using System.Collections.Immutable;
using MergeOps.Tensors;

namespace MergeOps.Planning.TensorSources;

/// <summary>
/// Small stored numbers times their scales, in float32: each product is exact or rounded once, to nearest, ties to even.
/// Where the recipe names no number type the output has bfloat16, as loaders give such models.
/// </summary>
/// <param name="Packed">The small numbers.</param>
/// <param name="Scales">Their scales.</param>
internal abstract record Dequantized(TensorSource Packed, TensorSource Scales) : TensorSource
{
    /// <inheritdoc/>
    public override DType DType => DType.BF16;

    /// <inheritdoc/>
    public override ImmutableArray<TensorSource> Parts => [Packed, Scales];

    /// <inheritdoc/>
    public override bool IsAsStored => false;

    /// <inheritdoc/>
    protected override string Operation => "dequantize";

    /// <inheritdoc/>
    protected override ImmutableArray<string> Roles => ["packed", "scales"];
}
