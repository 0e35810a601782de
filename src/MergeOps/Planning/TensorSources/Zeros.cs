using System.Collections.Immutable;
using MergeOps.Diagnostics;
using MergeOps.Tensors;

namespace MergeOps.Planning.TensorSources;

/// <summary>A tensor of zeros: the base, seen from itself.</summary>
/// <param name="Dimensions">Its shape.</param>
/// <param name="Owner">The model that it stands for: an index into <see cref="MergePlan.Models"/>.</param>
/// <param name="Weight">The name of the tensor that it stands for.</param>
internal sealed record Zeros(ImmutableArray<long> Dimensions, int Owner, string Weight) : TensorSource
{
    /// <inheritdoc/>
    public override ImmutableArray<long> Shape => Dimensions;

    /// <inheritdoc/>
    public override DType DType => DType.F32;

    /// <inheritdoc/>
    public override string Name => Weight;

    /// <inheritdoc/>
    public override int Model => Owner;

    /// <inheritdoc/>
    public override ImmutableArray<TensorSource> Parts => [];

    /// <inheritdoc/>
    public override bool IsAsStored => false;

    /// <inheritdoc/>
    protected override string Operation => "zeros";

    /// <inheritdoc/>
    protected override TensorSource With(ImmutableArray<TensorSource> parts) => this;

    /// <inheritdoc/>
    public override void WriteTerms(CanonicalJsonWriter json, Func<Stored, string?> contentOf)
    {
        json.Name("zeros").Value(Shape.AsSpan());
    }

    /// <inheritdoc/>
    public override string ToString() => "zeros";
}
