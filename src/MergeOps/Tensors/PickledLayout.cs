using System.Collections.Immutable;

namespace MergeOps.Tensors;

/// <summary>Which files of a model are its weights where none is in safetensors: the names under which libraries saved them with PyTorch.</summary>
internal static class PickledLayout
{
    private const string IndexEnding = ".index.json";

    private static readonly string[] SingleFiles = ["pytorch_model.bin", "diffusion_pytorch_model.bin"];

    /// <summary>The layout, or null when no file has such a name, or not all shards are there.</summary>
    /// <param name="top">The files at the top; none is in safetensors.</param>
    public static CheckpointLayout? Of(IReadOnlyCollection<string> top) =>
        SingleFiles.Where(name => top.Contains(name + IndexEnding)).ToList() is [var indexed] ? new(indexed + IndexEnding, [], null, [])
        : SingleFiles.Where(top.Contains).ToList() is [var whole] ? new(null, [whole], null, [])
        : SeriesIn(top) is [{ IsWhole: true } series] ? new(null, series.Files, null, [])
        : null;

    /// <summary>Whether a name is one of a file of such a model.</summary>
    public static bool IsPart(string path) =>
        SingleFiles.Any(single => path == single || path == single + IndexEnding) || !SeriesIn([path]).IsEmpty;

    /// <summary>The index of shards that are read; none where the weights are in safetensors.</summary>
    public static IEnumerable<string> IndexIn(IEnumerable<string> paths) =>
        CheckpointLayout.Of(paths) is { IsPickled: true, Index: { } index } ? [index] : [];

    /// <summary>The series of shards at the top.</summary>
    public static ImmutableArray<ShardSeries> SeriesIn(IEnumerable<string> top) =>
    [
        .. top.Where(name => SingleFiles.Any(single => name.StartsWith(Path.GetFileNameWithoutExtension(single) + "-", StringComparison.Ordinal)))
            .Select(ShardNumber.InPickled)
            .OfType<ShardNumber>()
            .GroupBy(shard => shard.Series, StringComparer.Ordinal)
            .Select(series => new ShardSeries(series.Key, series.First().Count, [.. series.OrderBy(shard => shard.Number)])),
    ];
}
