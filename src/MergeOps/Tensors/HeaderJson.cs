using System.Collections.Immutable;
using System.Runtime.InteropServices;
using System.Text.Json;
using MergeOps.Diagnostics;

namespace MergeOps.Tensors;

/// <summary>
/// The JSON of a safetensors header, token by token. What the official reader lets pass although the format's page
/// forbids it is refused: names that occur twice, entries and dtypes in another form.
/// </summary>
internal ref struct HeaderJson
{
    private const string MetadataKey = "__metadata__";

    private readonly string path;
    private readonly HeaderPool pool;
    private readonly List<ulong> numbers = [];
    private byte[] room = [];
    private StrictJson json;

    private HeaderJson(ReadOnlySpan<byte> text, string path, HeaderPool pool)
    {
        (this.path, this.pool) = (path, pool);
        json = new StrictJson(text, path, Codes.HeaderNotJson, SafetensorsHeaderReader.PrefixLength);
    }

    /// <summary>The entries in the order of the text, until the pool's next header is read; and the metadata.</summary>
    /// <param name="text">The header, valid UTF-8.</param>
    /// <param name="path">What messages call the file.</param>
    /// <param name="pool">Has the names and shapes that other headers have.</param>
    public static (List<HeaderEntry> Entries, ImmutableSortedDictionary<string, string> Metadata) Parse(
        ReadOnlySpan<byte> text, string path, HeaderPool pool) => new HeaderJson(text, path, pool).ReadHeader();

    private (List<HeaderEntry> Entries, ImmutableSortedDictionary<string, string> Metadata) ReadHeader()
    {
        json.Read();
        if (json.Token != JsonTokenType.StartObject)
        {
            throw json.Broken($"The top level is {json.Found}, not an object.");
        }

        var (entries, names) = (pool.Entries, pool.Seen);
        entries.Clear();
        names.Clear();
        var metadata = ImmutableSortedDictionary<string, string>.Empty;
        while (ReadName() is { } name)
        {
            if (!names.Add(name))
            {
                throw Repeated($"{TerminalText.Quoted(name)} occurs twice; readers would disagree about which one counts.");
            }

            if (name == MetadataKey)
            {
                metadata = ReadMetadata();
            }
            else
            {
                entries.Add(ReadEntry(name));
            }
        }

        // Makes the reader look at what follows the object.
        json.Read();
        return (entries, metadata);
    }

    private string? ReadName() => json.ReadsName() ? pool.Text(json.Utf8Text(ref room)) : null;

    private ImmutableSortedDictionary<string, string> ReadMetadata()
    {
        json.Read();
        if (json.Token == JsonTokenType.Null)
        {
            return ImmutableSortedDictionary<string, string>.Empty;
        }

        if (json.Token != JsonTokenType.StartObject)
        {
            throw Invalid(MetadataKey, $"is {json.Found}, not an object of texts");
        }

        var metadata = ImmutableSortedDictionary.CreateBuilder<string, string>(StringComparer.Ordinal);
        while (json.ReadName() is { } key)
        {
            json.Read();
            if (json.Token != JsonTokenType.String)
            {
                throw Invalid(MetadataKey, $"gives {json.Found} for {TerminalText.Quoted(key)}; only texts are allowed");
            }

            if (!metadata.TryAdd(key, json.Text()))
            {
                throw Repeated($"{TerminalText.Quoted(key)} occurs twice in {MetadataKey}.");
            }
        }

        return metadata.ToImmutable();
    }

    private HeaderEntry ReadEntry(string tensor)
    {
        json.Read();
        if (json.Token != JsonTokenType.StartObject)
        {
            throw Invalid(tensor, $"is {json.Found}, not an object with dtype, shape and data_offsets");
        }

        DType? dtype = null;
        ImmutableArray<ulong>? shape = null;
        (int Count, ulong Begin, ulong End)? offsets = null;
        while (ReadName() is { } field)
        {
            json.Read();
            switch (field)
            {
                case "dtype":
                    RefuseSecond(dtype, tensor, field);
                    dtype = ReadDType(tensor);
                    break;
                case "shape":
                    RefuseSecond(shape, tensor, field);
                    ReadNumbers(tensor, field);
                    shape = pool.Shape(CollectionsMarshal.AsSpan(numbers));
                    break;
                case "data_offsets":
                    RefuseSecond(offsets, tensor, field);
                    ReadNumbers(tensor, field);
                    offsets = (numbers.Count, numbers.ElementAtOrDefault(0), numbers.ElementAtOrDefault(1));
                    break;
                default:
                    json.SkipValue();
                    break;
            }
        }

        if (offsets is { Count: not 2 })
        {
            throw Invalid(tensor, $"has {offsets.Value.Count} numbers in data_offsets, not 2");
        }

        return new HeaderEntry(
            tensor,
            dtype ?? throw Invalid(tensor, "has no dtype"),
            shape ?? throw Invalid(tensor, "has no shape"),
            offsets?.Begin ?? throw Invalid(tensor, "has no data_offsets"),
            offsets.Value.End);
    }

    private DType ReadDType(string tensor)
    {
        if (json.Token != JsonTokenType.String)
        {
            throw Invalid(tensor, $"has {json.Found} as dtype, not a name");
        }

        var name = pool.Text(json.Utf8Text(ref room));
        if (DTypes.TryParse(name, out var dtype))
        {
            return dtype;
        }

        var known = Enum.GetNames<DType>();
        throw Invalid(tensor,
            $"has the dtype {TerminalText.Quoted(name)}.{NearestName.Suggestion(name, known)} The format knows {string.Join(", ", known)}");
    }

    private void ReadNumbers(string tensor, string field)
    {
        if (json.Token != JsonTokenType.StartArray)
        {
            throw Invalid(tensor, $"has {json.Found} as {field}, not a list of numbers");
        }

        numbers.Clear();
        while (json.Read() && json.Token != JsonTokenType.EndArray)
        {
            if (!json.TryUInt64(out var number))
            {
                throw Invalid(tensor, $"has {json.Found} in {field}; only whole numbers from 0 to {ulong.MaxValue} are allowed");
            }

            numbers.Add(number);
        }
    }

    private readonly void RefuseSecond<T>(T? first, string tensor, string field)
    {
        if (first is not null)
        {
            throw Repeated($"Tensor {TerminalText.Quoted(tensor)} has {field} twice.");
        }
    }

    private readonly MergeOpsException Invalid(string entry, string what) =>
        Refusal(Codes.HeaderEntryInvalid, entry == MetadataKey ? $"{entry} {what}." : $"Tensor {TerminalText.Quoted(entry)} {what}.");

    private readonly MergeOpsException Repeated(string detail) => Refusal(Codes.HeaderNameRepeated, detail);

    private readonly MergeOpsException Refusal(DiagnosticCode code, string detail) =>
        new(code, detail, SourceSpan.File(path));
}
