using System.Collections.Immutable;
using System.Text.Json.Nodes;
using MergeOps.Diagnostics;
using MergeOps.Tensors;

namespace MergeOps.Planning.TensorSources;

/// <summary>Every so-manieth place of one axis, from a first one on.</summary>
internal sealed record Slice : TensorSource
{
    /// <summary>Slices.</summary>
    /// <param name="source">The whole tensor.</param>
    /// <param name="axis">The axis, from 0 on.</param>
    /// <param name="start">The first place that is taken.</param>
    /// <param name="count">How many places are taken.</param>
    /// <param name="step">The distance of two places that follow each other, at least 1: 2 takes one of two interleaved parts.</param>
    public Slice(TensorSource source, int axis, long start, long count, long step = 1)
    {
        if (axis < 0 || axis >= source.Shape.Length || step < 1 || start < 0 || count < 0 || (count > 0 && start + ((count - 1) * step) >= source.Shape[axis]))
        {
            throw new ArgumentException($"{source} is [{string.Join(", ", source.Shape)}]: {count} places from {start} by {step} do not lie on axis {axis}", nameof(axis));
        }

        (Source, Axis, Start, Count, Step) = (source, axis, start, count, step);
    }

    /// <summary>The whole tensor.</summary>
    public TensorSource Source { get; }

    /// <summary>The axis, from 0 on.</summary>
    public int Axis { get; }

    /// <summary>The first place that is taken.</summary>
    public long Start { get; }

    /// <summary>How many places are taken.</summary>
    public long Count { get; }

    /// <summary>The distance of two places that follow each other.</summary>
    public long Step { get; }

    /// <inheritdoc/>
    public override ImmutableArray<long> Shape => Source.Shape.SetItem(Axis, Count);

    /// <inheritdoc/>
    public override DType DType => Source.DType;

    /// <inheritdoc/>
    public override ImmutableArray<TensorSource> Parts => [Source];

    /// <summary>The last rows, from one on.</summary>
    public static Slice RowsFrom(long row, TensorSource source) => new(source, 0, row, source.Shape[0] - row);

    /// <inheritdoc/>
    protected override string Operation => "slice";

    /// <inheritdoc/>
    protected override JsonObject Settings => new() { ["axis"] = Axis, ["start"] = Start, ["count"] = Count, ["step"] = Step };

    /// <inheritdoc/>
    protected override TensorSource With(ImmutableArray<TensorSource> parts) => new Slice(parts[0], Axis, Start, Count, Step);

    /// <inheritdoc/>
    public override void WriteTerms(CanonicalJsonWriter json, Func<Stored, string?> contentOf)
    {
        Source.WriteTo(json.Name("slice"), contentOf);
        json.Name("axis").Value(Axis);
        json.Name("start").Value(Start);
        json.Name("count").Value(Count);
        json.Name("step").Value(Step);
    }

    /// <inheritdoc/>
    public override string ToString() => $"slice({Source}, axis {Axis}, {Start} to {Start + ((Count - 1) * Step)}{(Step == 1 ? "" : $" by {Step}")})";
}
