using System.Collections.Immutable;
using System.Text.RegularExpressions;

namespace MergeOps.Tensors;

/// <summary>
/// Which files of a model are its weights, decided from their names alone, the same way for a folder and a repository.
/// Files below the top never belong to the model itself.
/// </summary>
/// <param name="Index">The index that lists the shards; null where there is none.</param>
/// <param name="Files">The weight files where no index lists them, in the order of their numbers.</param>
/// <param name="Twin">A single file that describes the same model a second time; null when there is none.</param>
/// <param name="Unread">Shards that are not read because a single file holds the model and not all of them are there.</param>
internal sealed partial record CheckpointLayout(string? Index, ImmutableArray<string> Files, string? Twin, ImmutableArray<string> Unread)
{
    // what loaders open when they find nothing else said; a folder with one of them has decided
    private static readonly string[] SingleFiles = [ModelFileNames.Weights, "diffusion_pytorch_model.safetensors", "pytorch_model.safetensors"];

    /// <summary>Whether the model is a single file because no other one is there, and not because loaders know its name.</summary>
    public bool IsOnlyFile => Index is null && Files is [var only] && !SingleFiles.Contains(only, StringComparer.Ordinal);

    /// <summary>Whether the files are those of PyTorch instead of safetensors.</summary>
    public bool IsPickled => Index is { } index ? !IsIndex(index) : TorchFile.IsName(Files[0]);

    /// <summary>The layout, or null when the names do not say which files are the model.</summary>
    public static CheckpointLayout? Of(IEnumerable<string> paths)
    {
        var top = paths.Where(path => !path.Contains('/')).ToList();
        if (!top.Any(name => IsWeights(name) || IsIndex(name)))
        {
            return PickledLayout.Of(top);
        }

        var single = SingleFiles.Where(top.Contains).ToList();
        switch (IndexesIn(top))
        {
            case [var index]:
                return new(index, [], single.FirstOrDefault(), []);
            case [_, ..]:
                return null;
        }

        return (SeriesIn(top), single, LooseIn(top)) switch
        {
            ([], [var whole], _) => new(null, [whole], null, []),
            ([], [], [var only]) => new(null, [only], null, []),
            ([{ IsWhole: true } series], [], []) => new(null, series.Files, null, []),
            ([{ IsWhole: false } series], [var whole], _) => new(null, [whole], null, series.Files),
            _ => null,
        };
    }

    /// <summary>The single file that describes the model a second time, unless it is one of its files.</summary>
    public string? TwinBeside(IEnumerable<SafetensorsHeader> headers) => headers.Any(header => header.File.Path == Twin) ? null : Twin;

    /// <summary>Whether a name is that of an index of safetensors shards.</summary>
    public static bool IsIndex(string path) => IndexName().IsMatch(path);

    /// <summary>Whether a file is in the layout of the library that trained the model, a second form of weights beside that of other loaders.</summary>
    public static bool IsVendorForm(string path) => path.StartsWith("consolidated", StringComparison.Ordinal);

    /// <summary>Whether a path is that of a safetensors file.</summary>
    public static bool IsWeights(string path) => path.EndsWith(ModelFileNames.WeightsEnding, StringComparison.Ordinal);

    /// <summary>The indexes that lie at the top and are not a variant of another one there.</summary>
    public static ImmutableArray<string> IndexesIn(IReadOnlyCollection<string> top)
    {
        var indexes = top.Where(name => IsIndex(name) && !IsVendorForm(name)).Order(StringComparer.Ordinal).ToImmutableArray();
        return [.. indexes.Where(name => !indexes.Any(other => other != name && other == PlainNameOf(name)))];
    }

    /// <summary>The series of shards at the top.</summary>
    public static ImmutableArray<ShardSeries> SeriesIn(IEnumerable<string> top) =>
    [
        .. top.Where(name => !IsVendorForm(name))
            .Select(ShardNumber.In)
            .OfType<ShardNumber>()
            .GroupBy(shard => shard.Series, StringComparer.Ordinal)
            .Select(series => new ShardSeries(series.Key, series.First().Count, [.. series.OrderBy(shard => shard.Number)]))
            .OrderBy(series => series.Pattern, StringComparer.Ordinal),
    ];

    /// <summary>The weight files at the top that are neither shards nor slices nor another form of the weights.</summary>
    public static ImmutableArray<string> LooseIn(IEnumerable<string> top) =>
    [
        .. top.Where(name => IsWeights(name) && !IsVendorForm(name) && ShardNumber.In(name) is null && !ShardNumber.IsSliceForDevice(name) && !ForeignContent.IsTrainingState(name))
            .Order(StringComparer.Ordinal),
    ];

    // libraries disagree where the word of a variant such as fp16 stands
    private static string? PlainNameOf(string index) => IndexName().Match(index) is var match && match.Groups["variant"] is { Success: true } variant
        ? index.Remove(variant.Index, variant.Length)
        : VariantBefore().Match(index) is { Success: true } before ? index.Remove(before.Groups[1].Index, before.Groups[1].Length) : null;

    [GeneratedRegex(@"\A[^/]+\.safetensors(?<variant>\.[A-Za-z0-9_]+)?\.index(?<variant>\.[A-Za-z0-9_]+)?\.json\z", RegexOptions.None, 1000)]
    private static partial Regex IndexName();

    [GeneratedRegex(@"\A[^/.]+(\.[A-Za-z0-9_]+)\.safetensors\.index\.json\z", RegexOptions.None, 1000)]
    private static partial Regex VariantBefore();
}
