using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using MergeOps.Diagnostics;
using MergeOps.Tensors;

namespace MergeOps.Merging.Writing;

/// <summary>What the files have in common that say what a folder of a merge holds: canonical JSON with a version.</summary>
internal static class ManifestFile
{
    /// <summary>The file of a folder, or null when it has none.</summary>
    /// <param name="folder">The folder.</param>
    /// <param name="name">The file's name in it.</param>
    /// <param name="read">Reads the file's bytes, found at a path.</param>
    /// <exception cref="MergeOpsException">The system does not give it, or what <paramref name="read"/> throws.</exception>
    public static T? Find<T>(string folder, string name, Func<byte[], string, T> read)
        where T : class
    {
        var path = Path.Combine(folder, name);
        if (!File.Exists(path))
        {
            return null;
        }

        try
        {
            return read(PlainFile.Read(path, Array.MaxLength - 1), path);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw Unreadable(path, failure.Message, failure);
        }
    }

    /// <summary>The content of such a file.</summary>
    /// <param name="text">Its bytes.</param>
    /// <param name="path">Where they were found, for messages.</param>
    /// <param name="form">How it is laid out.</param>
    /// <param name="version">The newest version that is read.</param>
    /// <param name="flaw">Finds what the serializer lets through.</param>
    /// <param name="advice">What to do about a damaged one, as a sentence.</param>
    /// <exception cref="MergeOpsException">It is damaged, or a newer version wrote it.</exception>
    public static T Read<T>(ReadOnlySpan<byte> text, string path, JsonTypeInfo<T> form, int version, Func<T, string?> flaw, string advice)
        where T : class
    {
        // a newer layout may lack what this one needs, and its version says more than that
        if (FormatVersion.Of(text) is > 0 and var newer && newer > version)
        {
            throw Unreadable(path, FormatVersion.Refusal(newer, version));
        }

        try
        {
            var content = JsonSerializer.Deserialize(JsonFlaw.WithoutMark(text), form) ?? throw Unreadable(path, $"{JsonFlaw.Of(text)} {advice}");
            return flaw(content) is { } found ? throw Unreadable(path, $"{found} {advice}") : content;
        }
        catch (JsonException failure)
        {
            throw Unreadable(path, $"{JsonFlaw.Of(text, failure)} {advice}", failure);
        }
    }

    /// <summary>Writes a text into a folder, whole and flushed.</summary>
    public static void WriteInto(string folder, string name, string text) => DurableFile.WriteAllBytesAtomically(Path.Combine(folder, name), Encoding.UTF8.GetBytes(text));

    /// <summary>Whether a text is a SHA-256 in hex.</summary>
    public static bool IsSha256(string? digest) => digest is not null && BlobDigest.OfHex(digest) is { Kind: DigestKind.Sha256 };

    private static MergeOpsException Unreadable(string path, string detail, Exception? cause = null) => new(Codes.ManifestUnreadable, detail, SourceSpan.File(path), cause);
}
