using MergeOps.Diagnostics;
using MergeOps.Merging.Reading.Files;
using MergeOps.Publishing.Signing;
using MergeOps.Tensors;

namespace MergeOps.Publishing;

/// <summary>Whether a version in a folder still is what was published: every file of its list is there, by its SHA-256, and no other one.</summary>
internal static class PublishedFiles
{
    private const string WayOut = "A published version never changes: restore the file, or remove the version's folder and publish again.";

    /// <summary>Refuses a version that lacks something or holds other bytes.</summary>
    /// <param name="folder">The version.</param>
    /// <param name="digests">What is known of files: those that were read before and are the same still are not read again.</param>
    /// <param name="cancellation">Stops.</param>
    /// <returns>By what the files are known.</returns>
    /// <exception cref="MergeOpsException">It is not whole.</exception>
    public static MergeEvidence RequireWhole(string folder, KnownDigests digests, CancellationToken cancellation)
    {
        var list = PublicationManifest.Find(folder)
            ?? throw new MergeOpsException(Codes.ContentMissing, $"{PublicationManifest.FileName} is missing. {WayOut}", SourceSpan.File(folder));
        var (compared, byIdentity, weak) = (0, 0, (string?)null);
        foreach (var (name, file) in list.Files)
        {
            var path = Path.Combine(folder, name);
            if (!File.Exists(path))
            {
                throw new MergeOpsException(Codes.ContentMissing, $"{TerminalText.Quoted(name)} is missing. {WayOut}", SourceSpan.File(folder));
            }

            if (digests.Find(path, DigestKind.Sha256) is { } known)
            {
                byIdentity++;
                weak ??= WeakFileSystem.NameOf(path);
                Require(path, known.Digest.Hex, file);
            }
            else
            {
                compared++;
                Require(path, digests.Of(path, DigestKind.Sha256, cancellation).Hex, file);
            }
        }

        HashSet<string> recorded = [.. list.Files.Keys, PublicationManifest.FileName, ModelSignature.FileName];
        return UnrecordedFiles.In(folder, recorded).Order(StringComparer.Ordinal).FirstOrDefault() is { } unknown
            ? throw new MergeOpsException(
                Codes.ContentUnknown, "It was not published with this version, and loaders may treat it as part of the model. Remove it.", SourceSpan.File(Path.Combine(folder, unknown)))
            : new(compared, byIdentity, 0, weak);
    }

    private static void Require(string path, string sha256, PublishedFile recorded)
    {
        if (sha256 != recorded.Sha256)
        {
            throw new MergeOpsException(
                Codes.ContentChanged, $"Its SHA-256 is {sha256}; {recorded.Sha256} was published. {WayOut}", SourceSpan.File(path));
        }
    }
}
