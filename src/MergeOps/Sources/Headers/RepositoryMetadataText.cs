using System.Collections.Immutable;
using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using MergeOps.Diagnostics;
using MergeOps.Tensors;
using MergeOps.Tokenizers;

namespace MergeOps.Sources.Headers;

/// <summary>
/// The canonical text of <see cref="RepositoryMetadata"/>: a line for each file (digest, bytes, path) and for each tensor
/// (dtype, shape, name) in the order of its bytes, from which its place follows; in a file of PyTorch the place stands beside it.
/// </summary>
internal static class RepositoryMetadataText
{
    /// <summary>The version that is written where nothing needs a newer one; every one from 1 on is read.</summary>
    public const int Version = 2;

    // with the places of tensors in files of PyTorch
    private const int NewestVersion = 3;

    /// <summary>Writes metadata in their own version.</summary>
    public static string Write(RepositoryMetadata metadata)
    {
        var text = Common(metadata);
        if (metadata.Version > 1)
        {
            text["paths"] = List(metadata.Paths);
            text["descriptions"] = new JsonObject(metadata.Descriptions.Select(file => KeyValuePair.Create(file.Key, (JsonNode?)JsonValue.Create(file.Value))));
            text["headIsEmbedding"] = metadata.HeadIsEmbedding;
            if (!metadata.EqualCopies.IsEmpty)
            {
                text["equalCopies"] = List(metadata.EqualCopies);
            }

            if (!metadata.PromptTokens.IsEmpty)
            {
                text["promptTokens"] = new JsonObject(metadata.PromptTokens.Select(prompt => KeyValuePair.Create(prompt.Key, (JsonNode?)JsonValue.Create(string.Join(' ', prompt.Value)))));
            }

            if (metadata.Signature is { } signature)
            {
                text["signature"] = new JsonObject
                {
                    ["bundle"] = signature.Bundle,
                    ["sha256"] = new JsonObject(signature.Sha256.Select(file => KeyValuePair.Create(file.Key, (JsonNode?)JsonValue.Create(file.Value)))),
                };
            }

            text["vocabulary"] = metadata.Vocabulary is { } vocabulary ? VocabularyText.Write(vocabulary) : null;
        }

        return CanonicalJson.Write(text);
    }

    private static JsonObject Common(RepositoryMetadata metadata) => new()
    {
        ["version"] = metadata.Version == Version && metadata.Shards.Any(shard => TorchFile.IsName(shard.File.Path)) ? NewestVersion : metadata.Version,
        ["repository"] = metadata.Repository,
        ["commit"] = metadata.Commit,
        ["card"] = new JsonObject
        {
            ["license"] = metadata.Card.License,
            ["licenseName"] = metadata.Card.LicenseName,
            ["licenseLink"] = metadata.Card.LicenseLink,
            ["languages"] = List(metadata.Card.Languages),
            ["datasets"] = List(metadata.Card.Datasets),
            ["tags"] = List(metadata.Card.Tags),
        },
        ["config"] = metadata.Config,
        ["files"] = List(metadata.Files.Select(file => string.Create(CultureInfo.InvariantCulture, $"{file.Digest} {file.Size} {file.Path}"))),
        ["shards"] = new JsonArray(
        [
            .. metadata.Shards.Select(TextOf),
        ]),
    };

    private static JsonObject TextOf(SafetensorsHeader shard)
    {
        var text = new JsonObject
        {
            ["path"] = shard.File.Path,
            ["header"] = shard.File.HeaderDigest,
            ["tensors"] = List(shard.Tensors.Select(tensor => $"{tensor.DType} {string.Join(',', tensor.Shape)} {tensor.Name}")),
        };
        if (TorchFile.IsName(shard.File.Path))
        {
            text["places"] = new JsonArray([.. shard.Tensors.Select(tensor => JsonValue.Create(tensor.Offset))]);
        }

        return text;
    }

    /// <summary>Reads metadata in whatever layout; those that contradict themselves are refused.</summary>
    /// <exception cref="MergeOpsException">The text is not of this form, or of a newer version.</exception>
    public static RepositoryMetadata Read(string path, string text)
    {
        try
        {
            var root = JsonNode.Parse(text)!.AsObject();
            var version = (int)root["version"]!;
            if (version > NewestVersion)
            {
                throw new MergeOpsException(Codes.MetadataUnreadable, FormatVersion.Refusal(version, NewestVersion), SourceSpan.File(path));
            }

            if (version < 1)
            {
                throw Refused(path, $"version {version} does not exist");
            }

            FileListing files = [.. Texts(root["files"]).Select(line => FileOf(line, path))];
            var metadata = new RepositoryMetadata(
                root["repository"]!.GetValue<string>(),
                root["commit"]!.GetValue<string>(),
                CardOf(root["card"]!.AsObject()),
                (string?)root["config"],
                files,
                [.. root["shards"]!.AsArray().Select(shard => ShardOf(shard!.AsObject(), files, path))])
            {
                Version = Math.Min(version, Version),
                Paths = version > 1 ? Texts(root["paths"]) : [],
                Descriptions = version > 1
                    ? root["descriptions"]!.AsObject().ToImmutableSortedDictionary(file => file.Key, file => (string)file.Value!, StringComparer.Ordinal)
                    : ImmutableSortedDictionary<string, string>.Empty,
                HeadIsEmbedding = version > 1 ? (bool?)root["headIsEmbedding"] : null,
                EqualCopies = version > 1 && root["equalCopies"] is { } copies ? [.. Texts(copies)] : [],
                PromptTokens = version > 1 && root["promptTokens"] is JsonObject prompts
                    ? prompts.ToImmutableSortedDictionary(prompt => prompt.Key, prompt => TokensOf((string)prompt.Value!), StringComparer.Ordinal)
                    : ImmutableSortedDictionary<string, ImmutableArray<int>>.Empty,
                Signature = version > 1 && root["signature"] is JsonObject signature
                    ? new((string?)signature["bundle"], signature["sha256"]!.AsObject().ToImmutableSortedDictionary(file => file.Key, file => (string)file.Value!, StringComparer.Ordinal))
                    : null,
                Vocabulary = version > 1 && root["vocabulary"] is { } vocabulary ? VocabularyText.Read(vocabulary.AsObject()) : null,
            };
            RequireConfig(metadata, path);
            return metadata;
        }
        catch (Exception broken) when (broken is JsonException or InvalidOperationException or FormatException or OverflowException
            or NullReferenceException or ArgumentException)
        {
            throw Refused(path, "it is not what `mergeops lock` writes", broken);
        }
    }

    private static ImmutableArray<int> TokensOf(string text) =>
        [.. text.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(token => int.Parse(token, NumberStyles.None, CultureInfo.InvariantCulture))];

    private static CardFields CardOf(JsonObject card) => new(
        (string?)card["license"],
        (string?)card["licenseName"],
        (string?)card["licenseLink"],
        Texts(card["languages"]),
        Texts(card["datasets"]),
        Texts(card["tags"]));

    private static HashedFile FileOf(string line, string path) =>
        line.Split(' ', 3) is [var digest, var size, var name]
        && BlobDigest.TryParse(digest) is { } known
        && long.TryParse(size, NumberStyles.None, CultureInfo.InvariantCulture, out var bytes)
        && PortablePath.Objection(name) is null
            ? new HashedFile(name, bytes, known)
            : throw Refused(path, $"{TerminalText.Quoted(line)} is not a line of a file");

    private static SafetensorsHeader ShardOf(JsonObject shard, FileListing files, string path)
    {
        var name = (string)shard["path"]!;
        var size = files.At(name).Size;
        var entries = new List<HeaderEntry>();
        foreach (var line in Texts(shard["tensors"]))
        {
            entries.Add(EntryOf(line, entries is [.., var last] ? last.End : 0, path));
        }

        if (TorchFile.IsName(name))
        {
            return new SafetensorsHeader(
                Placed(entries, [.. shard["places"]!.AsArray().Select(place => (long)place!)], size, path, name), ImmutableSortedDictionary<string, string>.Empty, new CheckpointFile(name, size, (string)shard["header"]!));
        }

        var dataStart = checked(size - (long)(entries is [.., var end] ? end.End : 0));
        if (dataStart < SafetensorsHeaderReader.PrefixLength)
        {
            throw Refused(path, $"the tensors of {TerminalText.Quoted(name)} are longer than the file");
        }

        return new SafetensorsHeader(
            HeaderLayout.Place(entries, dataStart, size, path, name),
            ImmutableSortedDictionary<string, string>.Empty,
            new CheckpointFile(name, size, (string)shard["header"]!));
    }

    private static ImmutableArray<TensorInfo> Placed(List<HeaderEntry> entries, ImmutableArray<long> places, long size, string path, string file) =>
        places.Length == entries.Count && entries.Zip(places).All(tensor => tensor.Second >= 0 && tensor.Second <= size - (long)(tensor.First.End - tensor.First.Begin))
            ? [.. entries.Zip(places, (entry, place) => new TensorInfo(entry.Name, entry.DType, [.. entry.Shape.Select(dimension => checked((long)dimension))], file, place, checked((long)(entry.End - entry.Begin))))]
            : throw Refused(path, $"tensors of {TerminalText.Quoted(file)} lie outside the file");

    private static HeaderEntry EntryOf(string line, ulong begin, string path)
    {
        if (line.Split(' ', 3) is not [var dtypeName, var dimensions, var name] || !DTypes.TryParse(dtypeName, out var dtype))
        {
            throw Refused(path, $"{TerminalText.Quoted(line)} is not a line of a tensor");
        }

        ImmutableArray<ulong> shape = dimensions.Length == 0
            ? []
            : [.. dimensions.Split(',').Select(dimension => ulong.Parse(dimension, NumberStyles.None, CultureInfo.InvariantCulture))];
        var bits = shape.Aggregate((ulong)dtype.Bits(), (product, dimension) => checked(product * dimension));
        return new HeaderEntry(name, dtype, shape, begin, checked(begin + (bits / 8)));
    }

    // the digest in the lock stands for the real config; a text beside it must be that one
    private static void RequireConfig(RepositoryMetadata metadata, string path)
    {
        var file = metadata.Files.Find(ModelFileNames.Config);
        var isSame = (metadata.Config, file) switch
        {
            (null, null) => true,
            ({ } config, { } locked) => BlobDigest.Of(locked.Digest.Kind, Encoding.UTF8.GetBytes(config)) == locked.Digest,
            _ => false,
        };
        if (!isSame)
        {
            throw Refused(path, $"its {ModelFileNames.Config} does not match its digest");
        }
    }

    private static JsonArray List(IEnumerable<string> texts) => new([.. texts.Select(text => JsonValue.Create(text))]);

    private static ImmutableArray<string> Texts(JsonNode? list) => [.. list!.AsArray().Select(text => (string)text!)];

    private static MergeOpsException Refused(string path, string why, Exception? cause = null) => new(
        Codes.MetadataUnreadable, $"{char.ToUpperInvariant(why[0])}{why[1..]}. Remove it and run `mergeops lock` again.", SourceSpan.File(path), cause);
}
