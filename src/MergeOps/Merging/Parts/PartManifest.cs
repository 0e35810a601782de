using System.Collections.Immutable;
using System.Text.Json;
using System.Text.Json.Serialization;
using MergeOps.Diagnostics;
using MergeOps.Merging.Writing;
using MergeOps.Planning;

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

    /// <summary>The canonical text.</summary>
    public string Write() => CanonicalJson.Write(JsonSerializer.SerializeToNode(this, PartFormat.Default.PartManifest));

    /// <summary>Writes it into a folder, whole and flushed.</summary>
    public void WriteInto(string folder) => ManifestFile.WriteInto(folder, FileName, Write());

    /// <summary>The manifest of a folder, or null when it has none.</summary>
    /// <exception cref="MergeOpsException">It is damaged, or a newer version wrote it.</exception>
    public static PartManifest? Find(string folder) => ManifestFile.Find(folder, FileName, (text, path) => Read(text, path));

    /// <summary>The manifest with this text.</summary>
    /// <param name="text">The bytes of the file.</param>
    /// <param name="path">Where they were found, for messages.</param>
    /// <exception cref="MergeOpsException">It is damaged, or a newer version wrote it.</exception>
    public static PartManifest Read(ReadOnlySpan<byte> text, string path) => ManifestFile.Read(text, path, PartFormat.Default.PartManifest, CurrentVersion, manifest => manifest.Flaw, "Remove the folder, and make the part again with `mergeops merge --partition`.");

    // what the serializer lets through
    private string? Flaw =>
        Version != CurrentVersion ? FormatVersion.Refusal(Version, CurrentVersion)
        : Count is < 1 or > Partition.Most || Number < 1 || Number > Count ? $"There is no partition {Number}/{Count}."
        : ShardSize < 1 ? "'shardSize' must be a positive number of bytes."
        : !ManifestFile.IsSha256(PlanDigest) ? "'planDigest' must be a SHA-256."
        : NumericClass is null && !Files.IsEmpty ? "'numericClass' is missing."
        : Files.FirstOrDefault(file => file.Value is null || !ManifestFile.IsSha256(file.Value.Sha256)).Key is { } file ? $"The file {TerminalText.Quoted(file)} has no SHA-256."
        : null;
}

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    UseStringEnumConverter = true,
    RespectNullableAnnotations = true,
    RespectRequiredConstructorParameters = true)]
[JsonSerializable(typeof(PartManifest))]
internal sealed partial class PartFormat : JsonSerializerContext;
