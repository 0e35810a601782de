using MergeOps.Diagnostics;
using MergeOps.Sources.Locking;
using MergeOps.Tensors;

namespace MergeOps.Sources;

/// <summary>The files of a local model or adapter, held against its lock.</summary>
internal static class LockedFiles
{
    /// <summary>The entry of what a lock does not have: none where there is no lock. Half a lock is none: what it says of the other models would be taken for all of it.</summary>
    /// <exception cref="MergeOpsException">There is a lock.</exception>
    public static LockedEntry? None(string location, SourceSpan span, ModelLock? modelLock) => modelLock is null
        ? null
        : throw new MergeOpsException(Codes.LockDisagrees, $"'{location}' is not in the lock. Run 'mergeops lock'.", span);

    /// <summary>Refuses what is local here and was locked on the Hub.</summary>
    /// <exception cref="MergeOpsException">It was.</exception>
    public static void RequireLocal(LockedEntry? locked, SourceSpan span)
    {
        if (locked?.Commit is not null)
        {
            throw new MergeOpsException(
                Codes.LockDisagrees, $"'{locked.Location}' is a local folder here, but the lock pins it on the Hub. Rename the folder, or run 'mergeops lock'.", span);
        }
    }

    /// <summary>Refuses files that are not the locked ones. What decides names, depth and tying is read now, so it is compared now; the weights are when they are read.</summary>
    /// <exception cref="MergeOpsException">One is another one.</exception>
    public static void RequireUnchanged(LockedEntry locked, IEnumerable<string> files, string folder, SourceSpan span)
    {
        foreach (var file in files)
        {
            var digest = DigestOf(locked, file, folder, span);
            if (BlobDigest.OfFile(digest.Kind, Path.Combine(folder, file), CancellationToken.None) != digest)
            {
                throw new MergeOpsException(
                    Codes.LockDisagrees, $"'{file}' of '{locked.Location}' differs from the one in the lock. Restore the file, or run 'mergeops lock' to accept the change.", span);
            }
        }
    }

    /// <summary>The digest that a lock has for a file of this size.</summary>
    /// <exception cref="MergeOpsException">It has none, or one of a file of another size.</exception>
    public static BlobDigest DigestOf(LockedEntry locked, string path, string folder, SourceSpan span)
    {
        var place = Path.Combine(folder, path);
        var size = FileIdentity.Of(place).Size;
        return locked.Files.Find(path) switch
        {
            null => throw new MergeOpsException(
                Codes.LockDisagrees, $"'{path}' of '{locked.Location}' is not in the lock. Run 'mergeops lock'.", span),
            // the first locks took the length of a link for that of its file
            { } file when file.Size != size && file.Size != new FileInfo(place).Length => throw new MergeOpsException(
                Codes.LockDisagrees,
                $"'{path}' of '{locked.Location}' has {size:N0} bytes, the lock says {file.Size:N0}. Restore the file, or run 'mergeops lock' to accept the change.",
                span),
            { } file => file.Digest,
        };
    }
}
