using MergeOps.Diagnostics;
using MergeOps.Tensors;

namespace MergeOps.HuggingFace.Cache;

/// <summary>Reads every content of a repository again and compares it with its name; follows every link and every note.</summary>
internal static class CacheVerifier
{
    private const string Advice = "The next run that needs it downloads it again.";

    /// <summary>What is wrong; nothing when all is as its name says.</summary>
    /// <param name="repository">The repository.</param>
    /// <param name="read">Hears how many bytes were read since it last did.</param>
    /// <param name="cancellation">Stops.</param>
    public static IEnumerable<Diagnostic> Check(CachedRepository repository, Action<long> read, CancellationToken cancellation) =>
    [
        .. CacheScan.Files(Path.Combine(repository.Folder, "blobs")).Select(blob => CheckBlob(blob, read, cancellation)).OfType<Diagnostic>(),
        .. repository.Snapshots.SelectMany(CheckSnapshot),
        .. CacheScan.Refs(Path.Combine(repository.Folder, "refs")).Select(CheckRef).OfType<Diagnostic>(),
    ];

    private static Diagnostic? CheckBlob(FileInfo blob, Action<long> read, CancellationToken cancellation)
    {
        if (blob.Name.EndsWith(".incomplete", StringComparison.Ordinal))
        {
            return null;
        }

        if (BlobDigest.OfHex(blob.Name) is not { } named)
        {
            return Diagnostic.Warning(Codes.CacheDamaged, "Its name is not a digest; nothing uses it.", SourceSpan.File(blob.FullName));
        }

        var found = BlobDigest.OfFile(named.Kind, blob.FullName, cancellation);
        read(blob.Length);
        return found == named ? null : Damaged(blob.FullName, $"Its content is {found}. {Advice}");
    }

    private static IEnumerable<Diagnostic> CheckSnapshot(CachedSnapshot snapshot)
    {
        var folder = new ModelFolder(snapshot.Folder);
        foreach (var file in CacheScan.Files(snapshot.Folder).Where(file => file.LinkTarget is not null))
        {
            if (RealPath.Of(file.FullName) is { } real && !File.Exists(real))
            {
                yield return Damaged(file.FullName, $"It is a link to a missing file. {Advice}");
            }
            else if (Refusal(folder, Path.GetRelativePath(snapshot.Folder, file.FullName)) is { } refusal)
            {
                yield return Damaged(file.FullName, refusal);
            }
        }
    }

    private static Diagnostic? CheckRef((string Name, string Commit, string Path) entry) =>
        BlobDigest.OfHex(entry.Commit) is { Kind: DigestKind.GitBlob }
            ? null
            : Damaged(entry.Path, $"It should hold a commit but holds {TerminalText.Quoted(entry.Commit)}. {Advice}");

    private static string? Refusal(ModelFolder folder, string file)
    {
        try
        {
            folder.Locate(file);
            return null;
        }
        catch (MergeOpsException refused)
        {
            return refused.Diagnostic.Detail;
        }
    }

    private static Diagnostic Damaged(string path, string detail) => Diagnostic.Error(Codes.CacheDamaged, detail, SourceSpan.File(path));
}
