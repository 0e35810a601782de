using System.Text.Json;
using System.Text.Unicode;
using MergeOps.Diagnostics;

namespace MergeOps.Tensors;

/// <summary>Reads <c>model.safetensors.index.json</c>; only its form and its shard names are checked here.</summary>
internal ref struct ShardIndexReader
{
    // An index repeats the names of the headers, so it cannot be longer than what one header may hold.
    private const int MaxLength = SafetensorsHeaderReader.MaxHeaderLength;

    private readonly string path;
    private readonly HeaderPool pool;
    private byte[] room = [];
    private StrictJson json;

    private ShardIndexReader(ReadOnlySpan<byte> text, string path, HeaderPool? pool)
    {
        (this.path, this.pool) = (path, pool ?? new());
        json = new StrictJson(text, path, Codes.IndexInvalid, 0);
    }

    /// <summary>Reads the index of a file on disk.</summary>
    /// <param name="path">The file.</param>
    /// <param name="pool">Has the names that headers have; null for none.</param>
    /// <exception cref="MergeOpsException">It cannot be read, is no index, or names a file that is never opened.</exception>
    public static ShardIndex Read(string path, HeaderPool? pool)
    {
        using var file = ModelFile.Open(path);
        if (file.Length > MaxLength)
        {
            throw Refusal(path, $"It has {file.Length:N0} bytes; an index of more than {MaxLength:N0} is not read.");
        }

        return Parse(file.Read(0, (int)file.Length), path, pool);
    }

    /// <summary>Reads the text of an index.</summary>
    /// <param name="text">The whole file.</param>
    /// <param name="path">What messages call the file.</param>
    /// <param name="pool">Has the names that headers have; null for none.</param>
    public static ShardIndex Parse(ReadOnlySpan<byte> text, string path, HeaderPool? pool = null)
    {
        if (!Utf8.IsValid(text))
        {
            throw Refusal(path, "It is not UTF-8 text.");
        }

        var index = new ShardIndexReader(text, path, pool).ReadIndex();
        ShardNames.Require(index.WeightMap.Values, path);
        return index;
    }

    private ShardIndex ReadIndex()
    {
        json.Read();
        RequireObject("The top level");
        Dictionary<string, string>? weightMap = null;
        var totalSize = (Value: (ulong?)null, IsGiven: false);
        while (json.ReadName() is { } key)
        {
            json.Read();
            if (key == "weight_map")
            {
                weightMap = weightMap is null ? ReadWeightMap() : throw Refusal(path, "It has weight_map twice.");
            }
            else if (key == "metadata" && json.Token == JsonTokenType.StartObject)
            {
                totalSize = ReadTotalSize();
            }
            else
            {
                json.SkipValue();
            }
        }

        json.Read();
        return weightMap switch
        {
            null => throw Refusal(path, "It has no weight_map, the object that gives each tensor its shard."),
            { Count: 0 } => throw Refusal(path, "Its weight_map names no tensor."),
            _ => new ShardIndex(weightMap, totalSize.Value, totalSize.IsGiven),
        };
    }

    private Dictionary<string, string> ReadWeightMap()
    {
        RequireObject("weight_map");
        var map = new Dictionary<string, string>(StringComparer.Ordinal);
        while (json.ReadsName())
        {
            var tensor = pool.Text(json.Utf8Text(ref room));
            json.Read();
            if (json.Token != JsonTokenType.String)
            {
                throw Refusal(path, $"weight_map gives {json.Found} as the shard of {TerminalText.Quoted(tensor)}, not a file name.");
            }

            if (!map.TryAdd(tensor, pool.Text(json.Utf8Text(ref room))))
            {
                throw Refusal(path, $"weight_map lists {TerminalText.Quoted(tensor)} twice; readers would disagree about which one counts.");
            }
        }

        return map;
    }

    private (ulong? Value, bool IsGiven) ReadTotalSize()
    {
        var total = (Value: (ulong?)null, IsGiven: false);
        while (json.ReadName() is { } key)
        {
            json.Read();
            if (key == "total_size")
            {
                total = (json.TryUInt64(out var size) ? size : null, true);
            }

            json.SkipValue();
        }

        return total;
    }

    private readonly void RequireObject(string what)
    {
        if (json.Token != JsonTokenType.StartObject)
        {
            throw Refusal(path, $"{what} is {json.Found}, not an object.");
        }
    }

    private static MergeOpsException Refusal(string path, string detail) => new(Codes.IndexInvalid, detail, SourceSpan.File(path));
}
