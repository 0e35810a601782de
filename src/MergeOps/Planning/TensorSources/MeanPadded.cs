using System.Collections.Immutable;
using System.Text.Json.Nodes;
using MergeOps.Diagnostics;
using MergeOps.Tensors;

namespace MergeOps.Planning.TensorSources;

/// <summary>A tensor with rows behind its own that are their mean, taken in float64 and rounded once.</summary>
internal sealed record MeanPadded : TensorSource
{
    /// <summary>Pads.</summary>
    /// <param name="source">The tensor.</param>
    /// <param name="rows">The rows of the result, at least as many as it has.</param>
    public MeanPadded(TensorSource source, long rows)
    {
        if (source.Shape.IsEmpty || rows < source.Shape[0])
        {
            throw new ArgumentException($"{source} is [{string.Join(", ", source.Shape)}] and cannot be padded to {rows} rows", nameof(rows));
        }

        (Source, Shape) = (source, source.Shape.SetItem(0, rows));
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
    public override bool IsAsStored => false;

    /// <summary>A source with so many rows: itself where it has them.</summary>
    public static TensorSource To(long rows, TensorSource source) => source.Shape[0] == rows ? source : new MeanPadded(source, rows);

    /// <inheritdoc/>
    protected override string Operation => "padded";

    /// <inheritdoc/>
    protected override JsonObject Settings => new() { ["rows"] = Source.Shape[0], ["means"] = Shape[0] - Source.Shape[0] };

    /// <inheritdoc/>
    protected override TensorSource With(ImmutableArray<TensorSource> parts) => new MeanPadded(parts[0], Shape[0]);

    /// <inheritdoc/>
    public override void WriteTerms(CanonicalJsonWriter json, Func<Stored, string?> contentOf)
    {
        Source.WriteTo(json.Name("padded"), contentOf);
        json.Name("rows").Value(Shape[0]);
    }

    /// <inheritdoc/>
    public override string ToString() => $"padded({Source}, {Shape[0]} rows, with their mean)";
}
