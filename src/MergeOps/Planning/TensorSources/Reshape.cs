using System.Collections.Immutable;
using MergeOps.Diagnostics;
using MergeOps.Tensors;

namespace MergeOps.Planning.TensorSources;

/// <summary>The same elements in the same order under another shape, such as an axis that is split in two.</summary>
internal sealed record Reshape : TensorSource
{
    /// <summary>Reshapes.</summary>
    /// <param name="source">The tensor.</param>
    /// <param name="shape">The dimensions; they hold as many elements.</param>
    /// <param name="name">What the model would call the result; null for the source's own name.</param>
    public Reshape(TensorSource source, ImmutableArray<long> shape, string? name = null)
    {
        if (CountOf(shape) != source.ElementCount)
        {
            throw new ArgumentException($"{source} is [{string.Join(", ", source.Shape)}] and does not fill [{string.Join(", ", shape)}]", nameof(shape));
        }

        (Source, Shape, Name) = (source, shape, name ?? source.Name);
    }

    /// <summary>The tensor.</summary>
    public TensorSource Source { get; }

    /// <inheritdoc/>
    public override ImmutableArray<long> Shape { get; }

    /// <inheritdoc/>
    public override DType DType => Source.DType;

    /// <inheritdoc/>
    public override ImmutableArray<TensorSource> Parts => [Source];

    /// <inheritdoc/>
    public override string Name { get; }

    /// <inheritdoc/>
    protected override string Operation => "reshape";

    /// <inheritdoc/>
    protected override TensorSource With(ImmutableArray<TensorSource> parts) => new Reshape(parts[0], Shape, Name);

    /// <inheritdoc/>
    public override void WriteTerms(CanonicalJsonWriter json, Func<Stored, string?> contentOf)
    {
        Source.WriteTo(json.Name("reshape"), contentOf);
        json.Name("shape").Value(Shape.AsSpan());
    }

    /// <inheritdoc/>
    public override string ToString() => $"reshape({Source}, [{string.Join(", ", Shape)}])";
}
