using System.Collections.Immutable;
using System.Text.Json.Nodes;

namespace MergeOps.Architectures;

/// <summary>The part of a matrix that has one scale; at the edges it may be smaller.</summary>
/// <param name="Rows">Its rows.</param>
/// <param name="Columns">Its columns.</param>
internal sealed record ScaleBlock(long Rows, long Columns)
{
    // what everybody takes, where nothing else is said
    private const long Usual = 128;

    /// <summary>The block that a config declares for all weights; null when it declares none, or several.</summary>
    public static ScaleBlock? Declared(ModelConfig? config)
    {
        var settings = config?.Quantization;
        if (Parse(settings?["weight_block_size"]) is { } whole)
        {
            return whole;
        }

        // MX formats have no other
        if (QuantizedCheckpoint.DeclaredMethod(config) is "mxfp8")
        {
            return new(1, 32);
        }

        var groups = settings?["config_groups"] is JsonObject named
            ? named.Select(group => OfGroup((group.Value as JsonObject)?["weights"] as JsonObject)).Distinct().ToList()
            : [];
        return groups is [var only] ? only : null;
    }

    /// <summary>The block of a weight, from its shape and that of its scales; null when they do not fit.</summary>
    /// <param name="weight">The weight's shape.</param>
    /// <param name="scales">The shape of its scales: one for all, one for each row, one for each matrix, or one for each block.</param>
    /// <param name="declared">The block that the config declares, or null.</param>
    public static ScaleBlock? Of(ImmutableArray<long> weight, ImmutableArray<long> scales, ScaleBlock? declared)
    {
        if (weight.Contains(0))
        {
            // any block holds nothing
            return new(1, 1);
        }

        ImmutableArray<long> shape = weight.Length < 2 ? [1, weight.Length == 0 ? 1 : weight[0]] : weight;
        var grid = Grid(shape, scales);
        if (grid.IsDefault)
        {
            return null;
        }

        var (leading, given) = (shape[..^2], grid[..^2]);
        return (given.SequenceEqual(leading) || given.All(dimension => dimension == 1))
            && Fit(shape[^2], grid[^2], declared?.Rows) is { } rows && Fit(shape[^1], grid[^1], declared?.Columns) is { } columns
            ? new(rows, columns)
            : null;
    }

    // as many axes as the weight has
    private static ImmutableArray<long> Grid(ImmutableArray<long> weight, ImmutableArray<long> scales) =>
        scales.All(dimension => dimension == 1) ? [.. weight.Select(_ => 1L)]
        : scales.Length == weight.Length ? scales
        : scales.Length == 1 && scales[0] == weight[0] ? [scales[0], .. weight.Skip(1).Select(_ => 1L)]
        : default;

    private static long? Fit(long length, long places, long? declared) =>
        declared is { } block ? Count(length, block) == places ? block : null
        : places < 1 ? null
        : places == 1 ? length
        : places == length ? 1
        : Count(length, Usual) != places ? (length % places == 0 ? length / places : null)

        // two sizes fit, and the numbers hang on which it is
        : length % places == 0 && length / places != Usual ? null
        : Usual;

    private static long Count(long length, long block) => (length + block - 1) / block;

    private static ScaleBlock? OfGroup(JsonObject? weights) =>
        Parse(weights?["block_structure"])
        ?? (weights?["group_size"] is JsonValue size && size.TryGetValue(out long columns) && columns > 0 ? new ScaleBlock(1, columns) : null);

    private static ScaleBlock? Parse(JsonNode? node) =>
        node is JsonArray and [JsonValue rows, JsonValue columns]
        && rows.TryGetValue(out long height) && columns.TryGetValue(out long width) && height > 0 && width > 0
            ? new(height, width)
            : null;
}
