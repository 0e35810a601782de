using System.Collections.Immutable;
using System.Text.Json.Nodes;
using MergeOps.Diagnostics;
using MergeOps.Tensors;

namespace MergeOps.Planning.TensorSources;

/// <summary>Tensors of one shape along a new axis, such as the experts of a layer.</summary>
internal sealed record Stack : TensorSource
{
    private readonly string name;

    /// <summary>Stacks.</summary>
    /// <param name="sources">The tensors, at least one, of one shape and number type.</param>
    /// <param name="axis">Where the new axis stands in the result.</param>
    /// <param name="name">What the model would call the result, which filters see.</param>
    public Stack(ImmutableArray<TensorSource> sources, int axis, string name)
    {
        if (sources.IsEmpty || axis < 0 || axis > sources[0].Shape.Length
            || sources.Any(source => source.DType != sources[0].DType || !source.Shape.SequenceEqual(sources[0].Shape)))
        {
            throw new ArgumentException($"{string.Join(", ", sources.AsEnumerable())} have no common shape and number type, or no axis {axis}", nameof(sources));
        }

        (Parts, Axis, this.name) = (sources, axis, name);
    }

    /// <summary>Where the new axis stands in the result.</summary>
    public int Axis { get; }

    /// <inheritdoc/>
    public override ImmutableArray<long> Shape => Parts[0].Shape.Insert(Axis, Parts.Length);

    /// <inheritdoc/>
    public override DType DType => Parts[0].DType;

    /// <inheritdoc/>
    public override ImmutableArray<TensorSource> Parts { get; }

    /// <inheritdoc/>
    public override string Name => name;

    /// <inheritdoc/>
    protected override string Operation => "stack";

    /// <inheritdoc/>
    protected override JsonObject Settings => new() { ["axis"] = Axis };

    /// <inheritdoc/>
    protected override TensorSource With(ImmutableArray<TensorSource> parts) => new Stack(parts, Axis, name);

    /// <inheritdoc/>
    public override void WriteTerms(CanonicalJsonWriter json, Func<Stored, string?> contentOf)
    {
        json.Name("stack").BeginArray();
        foreach (var part in Parts)
        {
            part.WriteTo(json, contentOf);
        }

        json.EndArray();
        json.Name("axis").Value(Axis);
    }

    /// <inheritdoc/>
    public override string ToString() => $"stack({string.Join(", ", Parts.AsEnumerable())}, axis {Axis})";
}
