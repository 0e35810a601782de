using System.Collections.Immutable;
using System.Text.Json.Nodes;
using MergeOps.Diagnostics;
using MergeOps.Tensors;

namespace MergeOps.Planning.TensorSources;

/// <summary>
/// Rows of a tensor in another order, with rows of others, of zeros, or means of rows between them: an embedding for another vocabulary. Means are taken in
/// float64 and rounded once.
/// </summary>
internal sealed record Rows : TensorSource
{
    /// <summary>Takes rows.</summary>
    /// <param name="parts">The tensor that it stands for, and those that give rows to it: all of one width.</param>
    /// <param name="map">Where each row comes from.</param>
    public Rows(ImmutableArray<TensorSource> parts, RowMap map)
    {
        if (parts.IsEmpty || parts.Any(part => part.Shape.IsEmpty || !part.Shape.Skip(1).SequenceEqual(parts[0].Shape.Skip(1)))
            || map.Runs.Any(run => map.PlacesOf(run).Any(rows => rows.Place.Row < 0 || rows.Place.Row + rows.Count > parts[rows.Place.Part].Shape[0])))
        {
            throw new ArgumentException($"{string.Join(", ", parts.AsEnumerable())} have no rows of one width, or fewer than the map takes", nameof(parts));
        }

        (Parts, Map) = (parts, map);
    }

    /// <summary>Where each row comes from.</summary>
    public RowMap Map { get; }

    /// <inheritdoc/>
    public override ImmutableArray<TensorSource> Parts { get; }

    /// <inheritdoc/>
    public override ImmutableArray<long> Shape => Parts[0].Shape.SetItem(0, Map.Count);

    /// <inheritdoc/>
    public override DType DType => Parts[0].DType;

    /// <inheritdoc/>
    public override bool IsAsStored => Map.Means.IsEmpty && Parts.All(part => part.IsAsStored && part.DType == DType);

    /// <inheritdoc/>
    public override long BytesOf(long elements) => Parts[0].BytesOf(elements);

    /// <inheritdoc/>
    protected override string Operation => "rows";

    /// <inheritdoc/>
    protected override JsonObject Settings => new()
    {
        ["own"] = Count(part => part == 0),
        ["others"] = Count(part => part > 0),
        ["means"] = Count(part => part == RowMap.Mean),
        ["zeros"] = Count(part => part == RowMap.Zeros),
    };

    /// <inheritdoc/>
    protected override TensorSource With(ImmutableArray<TensorSource> parts) => new Rows(parts, Map);

    /// <inheritdoc/>
    public override void WriteTerms(CanonicalJsonWriter json, Func<Stored, string?> contentOf)
    {
        json.Name("rows").BeginArray();
        foreach (var part in Parts)
        {
            part.WriteTo(json, contentOf);
        }

        json.EndArray();
        json.Name("map").Value(Map.Digest);
    }

    /// <inheritdoc/>
    public override string ToString()
    {
        var own = Count(part => part == 0);
        return $"rows({Parts[0]}: {own} of its own, {Map.Count - own} others)";
    }

    private long Count(Func<int, bool> isWanted) => Map.Runs.Where(run => isWanted(run.Part)).Sum(run => (long)run.Count);
}
