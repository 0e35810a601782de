using System.Collections.Immutable;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;
using MergeOps.Diagnostics;
using MergeOps.Merging.Writing;
using MergeOps.Planning;
using MergeOps.Tensors;

namespace MergeOps.Merging.Parts;

/// <summary>One file of a part.</summary>
/// <param name="Size">Its bytes.</param>
/// <param name="Sha256">Its SHA-256, lower-case hex.</param>
/// <param name="Tensors">The content digest of each of its tensors.</param>
internal sealed record PartFile(long Size, string Sha256, ImmutableSortedDictionary<string, string> Tensors);

/// <summary>What a part of a merge is, written beside its files.</summary>
/// <param name="Name">The recipe's name.</param>
/// <param name="PlanDigest">The plan of the whole merge.</param>
/// <param name="Number">Which partition, from 1.</param>
/// <param name="Count">Of how many.</param>
/// <param name="ShardSize">The most bytes of tensors in one file of the output, which decides where it is cut.</param>
/// <param name="NumericClass">Machines of one class give the same bytes; null where the part has no file.</param>
/// <param name="Files">Its files by their paths in the output.</param>
internal sealed record PartManifest(
    string Name, string PlanDigest, int Number, int Count, long ShardSize, string? NumericClass, ImmutableSortedDictionary<string, PartFile> Files)
{
    /// <summary>The manifest's name in a part's folder.</summary>
    public const string FileName = "merge-part.json";

    private const int CurrentVersion = 1;

    /// <summary>The version of the format.</summary>
    public int Version { get; init; } = CurrentVersion;

    /// <summary>The digest of <see cref="Writing.UnlockedInputs"/> of the whole merge, so that parts made from other files are told; null where every model is locked.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? UnlockedInputs { get; init; }

    /// <summary>What an adapter holds and what is lost; null where the output is a model, and in parts without it.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public ManifestAdapter? Adapter { get; init; }

    /// <summary>Which partition it is.</summary>
    [JsonIgnore]
    public Partition Partition => new(Number, Count);

    /// <summary>Writes it into a folder, whole and flushed.</summary>
    public void WriteInto(string folder) => DurableFile.WriteAllBytesAtomically(
        Path.Combine(folder, FileName), Encoding.UTF8.GetBytes(CanonicalJson.Write(JsonSerializer.SerializeToNode(this, PartFormat.Default.PartManifest))));

    /// <summary>The manifest of a folder, or null when it has none.</summary>
    /// <exception cref="MergeOpsException">It is damaged, or a newer version wrote it.</exception>
    public static PartManifest? Find(string folder)
    {
        var path = Path.Combine(folder, FileName);
        if (!File.Exists(path))
        {
            return null;
        }

        try
        {
            return Read(PlainFile.Read(path, Array.MaxLength - 1), path);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw Unreadable(path, failure.Message, failure);
        }
    }

    private static PartManifest Read(ReadOnlySpan<byte> text, string path)
    {
        try
        {
            var manifest = JsonSerializer.Deserialize(JsonFlaw.WithoutMark(text), PartFormat.Default.PartManifest) ?? throw Unreadable(path, JsonFlaw.Of(text));
            return manifest.Flaw is { } flaw ? throw Unreadable(path, flaw) : manifest;
        }
        catch (JsonException failure)
        {
            throw Unreadable(path, FormatVersion.Of(text) is > CurrentVersion and var newer ? FormatVersion.Refusal(newer, CurrentVersion) : JsonFlaw.Of(text, failure), failure);
        }
    }

    // what the serializer lets through
    private string? Flaw =>
        Version != CurrentVersion ? FormatVersion.Refusal(Version, CurrentVersion)
        : Count is < 1 or > Partition.Most || Number < 1 || Number > Count ? $"There is no partition {Number}/{Count}."
        : ShardSize < 1 ? "'shardSize' is no number of bytes."
        : !IsSha256(PlanDigest) ? "'planDigest' is no SHA-256."
        : NumericClass is null && !Files.IsEmpty ? "'numericClass' is missing."
        : Files.FirstOrDefault(file => file.Value is null || !IsSha256(file.Value.Sha256)).Key is { } file ? $"The file {TerminalText.Quoted(file)} has no SHA-256."
        : null;

    private static bool IsSha256(string? digest) => digest is not null && BlobDigest.OfHex(digest) is { Kind: DigestKind.Sha256 };

    private static MergeOpsException Unreadable(string path, string detail, Exception? cause = null) =>
        new(Codes.ManifestUnreadable, detail, SourceSpan.File(path), cause);
}

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    UseStringEnumConverter = true,
    RespectNullableAnnotations = true,
    RespectRequiredConstructorParameters = true)]
[JsonSerializable(typeof(PartManifest))]
internal sealed partial class PartFormat : JsonSerializerContext;
