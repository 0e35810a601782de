using System.Collections.Immutable;
using System.Security.Cryptography;
using System.Text.Json;
using System.Text.Json.Serialization;
using MergeOps.Diagnostics;
using MergeOps.Tensors;

namespace MergeOps.Publishing;

/// <summary>One published file.</summary>
/// <param name="Size">Bytes.</param>
/// <param name="Sha256">Lower-case hex.</param>
internal sealed record PublishedFile(long Size, string Sha256)
{
    /// <summary>Of a file that is all here.</summary>
    public static PublishedFile Of(byte[] bytes) => new(bytes.Length, Convert.ToHexStringLower(SHA256.HashData(bytes)));
}

/// <summary>The version of which the files of a publication were derived.</summary>
/// <param name="Model">The model's name.</param>
/// <param name="Repository">Its repository on the Hub; null where it is in a folder.</param>
/// <param name="Revision">The commit of the version there.</param>
internal sealed record PublicationOrigin(string Model, string? Repository, string? Revision);

/// <summary>Every file of a publication by its digest; written last, beside the files.</summary>
/// <param name="Name">The model's name.</param>
/// <param name="Release">The version under which it is published.</param>
/// <param name="PlanDigest">The plan that made it.</param>
/// <param name="ModelDigest">The digest of its tensors.</param>
/// <param name="Files">The files by their paths; this one is not among them.</param>
internal sealed record PublicationManifest(
    string Name,
    string Release,
    string PlanDigest,
    string ModelDigest,
    ImmutableSortedDictionary<string, PublishedFile> Files)
{
    /// <summary>The manifest's name.</summary>
    public const string FileName = "publication.json";

    /// <summary>The most bytes that a manifest may have.</summary>
    public const int MaxLength = 64 * 1024 * 1024;

    private const int CurrentVersion = 1;

    /// <summary>The version of the format.</summary>
    public int Version { get; init; } = CurrentVersion;

    /// <summary>Those of them that were made of the model after it passed, with the names of their entries in the recipe; null where none was.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public ImmutableSortedDictionary<string, string>? Derived { get; init; }

    /// <summary>Of which version they were all derived; null where this is the version.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public PublicationOrigin? Origin { get; init; }

    /// <summary>The canonical text.</summary>
    public string Write() => CanonicalJson.Write(JsonSerializer.SerializeToNode(this, PublicationFormat.Default.PublicationManifest));

    /// <summary>The manifest of a folder, or null when it has none.</summary>
    /// <exception cref="MergeOpsException">It is damaged, names files elsewhere, or a newer version wrote it.</exception>
    public static PublicationManifest? Find(string folder)
    {
        var path = Path.Combine(folder, FileName);
        if (!File.Exists(path))
        {
            return null;
        }

        using var file = ModelFile.Open(path);
        if (file.Length > MaxLength)
        {
            throw Unreadable(path, $"It has {file.Length:N0} bytes; more than {MaxLength:N0} are not read.");
        }

        return Read(file.Read(0, (int)file.Length), path);
    }

    /// <summary>The manifest with this text.</summary>
    /// <param name="text">The bytes of the file.</param>
    /// <param name="path">Where they were found, for messages.</param>
    /// <exception cref="MergeOpsException">It is damaged, names files elsewhere, or a newer version wrote it.</exception>
    public static PublicationManifest Read(byte[] text, string path)
    {
        PublicationManifest manifest;
        try
        {
            manifest = JsonSerializer.Deserialize(JsonFlaw.WithoutMark(text), PublicationFormat.Default.PublicationManifest)
                ?? throw Unreadable(path, JsonFlaw.Of(text));
        }
        catch (JsonException failure)
        {
            // a newer layout may lack what this one needs, and its version says more than that
            throw Unreadable(path, FormatVersion.Of(text) is > CurrentVersion and var newer ? FormatVersion.Refusal(newer, CurrentVersion) : JsonFlaw.Of(text, failure), failure);
        }

        if (manifest.Version != CurrentVersion)
        {
            throw Unreadable(path, FormatVersion.Refusal(manifest.Version, CurrentVersion));
        }

        foreach (var (name, file) in manifest.Files)
        {
            // what a dictionary holds may be null for the serializer
            if (file is null)
            {
                throw Unreadable(path, $"It has no digest of {TerminalText.Quoted(name)}.");
            }

            if (PortablePath.Objection(name) is { } objection)
            {
                throw Unreadable(path, $"It names {TerminalText.Quoted(name)}: {objection}");
            }
        }

        return manifest;
    }

    private static MergeOpsException Unreadable(string path, string detail, Exception? cause = null) =>
        new(Codes.PublicationUnreadable, detail, SourceSpan.File(path), cause);
}

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    AllowDuplicateProperties = false,
    RespectNullableAnnotations = true,
    RespectRequiredConstructorParameters = true)]
[JsonSerializable(typeof(PublicationManifest))]
internal sealed partial class PublicationFormat : JsonSerializerContext;
