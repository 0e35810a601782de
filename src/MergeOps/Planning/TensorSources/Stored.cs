using System.Collections.Immutable;
using MergeOps.Diagnostics;
using MergeOps.Recipes.Explaining;
using MergeOps.Tensors;

namespace MergeOps.Planning.TensorSources;

/// <summary>The bytes of a file.</summary>
/// <param name="Owner">Index into <see cref="MergePlan.Owners"/>.</param>
/// <param name="Tensor">The tensor there, with file, offset, number type and shape.</param>
internal sealed record Stored(int Owner, TensorInfo Tensor) : TensorSource
{
    /// <inheritdoc/>
    public override ImmutableArray<long> Shape => Tensor.Shape;

    /// <inheritdoc/>
    public override DType DType => Tensor.DType;

    /// <inheritdoc/>
    public override ImmutableArray<TensorSource> Parts => [];

    /// <summary>The tensor of a model whose place it takes; null for a model's own.</summary>
    public ModelTensor? InPlaceOf { get; init; }

    /// <inheritdoc/>
    public override string Name => InPlaceOf?.Name ?? Tensor.Name;

    /// <inheritdoc/>
    public override int Model => InPlaceOf?.Model ?? Owner;

    /// <inheritdoc/>
    public override bool IsAsStored => true;

    /// <inheritdoc/>
    public override long BytesOf(long elements) => elements * DType.Bits() / 8;

    /// <inheritdoc/>
    public override long HeldBytes => 0;

    /// <inheritdoc/>
    public override IEnumerable<Stored> Reads => [this];

    /// <inheritdoc/>
    public override IEnumerable<ModelTensor> Origins => [Origin];

    /// <inheritdoc/>
    public override TensorSource WithStored(StoredMap map) => map.Of(this);

    /// <inheritdoc/>
    protected override TensorSource With(ImmutableArray<TensorSource> parts) => this;

    /// <summary>What it reads.</summary>
    public ModelTensor Origin => new(Owner, Tensor.Name);

    /// <inheritdoc/>
    protected override string Operation => "stored";

    /// <inheritdoc/>
    public override ExplainedElements Explain(ToldSources told) => base.Explain(told) with { Model = told.NameOf(Owner), Tensor = Tensor.Name };

    /// <inheritdoc/>
    public override void WriteTerms(CanonicalJsonWriter json, Func<Stored, string?> contentOf)
    {
        json.Name("dtype").Value(DType.Name());
        json.Name("file").Value(contentOf(this));
        json.Name("shape").Value(Shape.AsSpan());
        json.Name("tensor").Value(Tensor.Name);
    }

    /// <inheritdoc/>
    public override string ToString() => Tensor.Name;
}

/// <summary>A tensor of one of a plan's models or adapters.</summary>
/// <param name="Model">Index into <see cref="MergePlan.Owners"/>.</param>
/// <param name="Name">Its name there.</param>
internal sealed record ModelTensor(int Model, string Name);
