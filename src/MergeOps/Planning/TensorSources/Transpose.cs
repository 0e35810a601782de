using System.Collections.Immutable;
using System.Text.Json.Nodes;
using MergeOps.Diagnostics;
using MergeOps.Tensors;

namespace MergeOps.Planning.TensorSources;

/// <summary>A tensor with its axes in another order.</summary>
internal sealed record Transpose : TensorSource
{
    /// <summary>Elements of the result that a reader makes at once, from a block that it holds as it is stored: the columns of a block lie far apart.</summary>
    public const long PanelElements = 1 << 20;

    /// <summary>Permutes.</summary>
    /// <param name="source">The tensor.</param>
    /// <param name="axes">For each axis of the result the axis of the source that it is; each one once.</param>
    public Transpose(TensorSource source, ImmutableArray<int> axes)
    {
        if (!axes.Order().SequenceEqual(Enumerable.Range(0, source.Shape.Length)))
        {
            throw new ArgumentException($"[{string.Join(", ", axes)}] is not an order of the axes of {source}, which is [{string.Join(", ", source.Shape)}]", nameof(axes));
        }

        (Source, Axes) = (source, axes);
    }

    /// <summary>The tensor.</summary>
    public TensorSource Source { get; }

    /// <summary>For each axis of the result the axis of the source that it is.</summary>
    public ImmutableArray<int> Axes { get; }

    /// <inheritdoc/>
    public override ImmutableArray<long> Shape => [.. Axes.Select(axis => Source.Shape[axis])];

    /// <inheritdoc/>
    public override DType DType => Source.DType;

    /// <inheritdoc/>
    public override ImmutableArray<TensorSource> Parts => [Source];

    /// <summary>The leading axes that stay where they are; what they enclose is rearranged block by block.</summary>
    public int FixedAxes => Axes.TakeWhile((axis, place) => axis == place).Count();

    /// <summary>Elements that are rearranged together.</summary>
    public long BlockLength => CountOf(Source.Shape.Skip(FixedAxes));

    /// <inheritdoc/>
    public override long HeldBytes => Source.HeldBytes + Source.BytesOf(BlockLength) + (Math.Min(PanelElements, BlockLength) * sizeof(double));

    /// <inheritdoc/>
    protected override string Operation => "transpose";

    /// <inheritdoc/>
    protected override JsonObject Settings => new() { ["axes"] = Json(Axes.Select(axis => (long)axis)) };

    /// <inheritdoc/>
    protected override TensorSource With(ImmutableArray<TensorSource> parts) => new Transpose(parts[0], Axes);

    /// <inheritdoc/>
    public override void WriteTerms(CanonicalJsonWriter json, Func<Stored, string?> contentOf)
    {
        Source.WriteTo(json.Name("transpose"), contentOf);
        json.Name("axes").Value([.. Axes.Select(axis => (long)axis)]);
    }

    /// <inheritdoc/>
    public override string ToString() => $"transpose({Source}, [{string.Join(", ", Axes)}])";
}
