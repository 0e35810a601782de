using System.Collections.Immutable;
using MergeOps.Diagnostics;
using MergeOps.Tensors;

namespace MergeOps.Planning.TensorSources;

/// <summary>The top-left part of a larger tensor.</summary>
internal sealed record Cut : TensorSource
{
    /// <summary>Cuts.</summary>
    /// <param name="source">The larger tensor.</param>
    /// <param name="shape">The part's shape: as many axes, none longer.</param>
    public Cut(TensorSource source, ImmutableArray<long> shape)
    {
        if (shape.Length != source.Shape.Length || !shape.Zip(source.Shape).All(axis => axis.First <= axis.Second))
        {
            throw new ArgumentException($"{source} is [{string.Join(", ", source.Shape)}], which does not hold [{string.Join(", ", shape)}]", nameof(shape));
        }

        (Source, Shape) = (source, shape);
    }

    /// <summary>The larger tensor.</summary>
    public TensorSource Source { get; }

    /// <inheritdoc/>
    public override ImmutableArray<long> Shape { get; }

    /// <inheritdoc/>
    public override DType DType => Source.DType;

    /// <inheritdoc/>
    public override ImmutableArray<TensorSource> Parts => [Source];

    /// <summary>A source with a shape: itself where it has it, else its top-left part.</summary>
    public static TensorSource To(ImmutableArray<long> shape, TensorSource source) => source.Shape.SequenceEqual(shape) ? source : new Cut(source, shape);

    /// <inheritdoc/>
    protected override string Operation => "cut";

    /// <inheritdoc/>
    protected override TensorSource With(ImmutableArray<TensorSource> parts) => new Cut(parts[0], Shape);

    /// <inheritdoc/>
    public override void WriteTerms(CanonicalJsonWriter json, Func<Stored, string?> contentOf)
    {
        Source.WriteTo(json.Name("cut"), contentOf);
        json.Name("shape").Value(Shape.AsSpan());
    }

    /// <inheritdoc/>
    public override string ToString() => $"cut({Source}, [{string.Join(", ", Shape)}])";
}
