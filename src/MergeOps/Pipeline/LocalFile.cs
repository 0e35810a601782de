using MergeOps.Diagnostics;
using MergeOps.Hub;
using MergeOps.Planning;

namespace MergeOps.Pipeline;

/// <summary>A file of a locked local model.</summary>
/// <param name="Path">Where it lies.</param>
/// <param name="Size">Bytes.</param>
/// <param name="Locked">What it must be.</param>
internal sealed record LocalFile(string Path, long Size, BlobDigest Locked)
{
    /// <summary>Those of a model that must be read before anybody knows that they are the locked ones; an unlocked model has none.</summary>
    /// <exception cref="MergeOpsException">One is known to have other bytes.</exception>
    public static IEnumerable<LocalFile> NotYetRead(PlannedModel model, IEnumerable<string> paths)
    {
        foreach (var path in paths)
        {
            var place = System.IO.Path.Combine(model.Checkpoint.Folder, path);
            if (model.FileDigests.GetValueOrDefault(path) is not { } locked)
            {
                continue;
            }

            if (KnownDigests.Default.Find(place, locked.Kind) is not { } known)
            {
                yield return new LocalFile(place, new FileInfo(place).Length, locked);
            }
            else if (known != locked)
            {
                throw Differs(place, known, locked);
            }
        }
    }

    /// <summary>Reads it.</summary>
    /// <exception cref="MergeOpsException">It has other bytes, or cannot be read.</exception>
    public void Require(CancellationToken cancellation)
    {
        var found = KnownDigests.Default.Of(Path, Locked.Kind, cancellation);
        if (found != Locked)
        {
            throw Differs(Path, found, Locked);
        }
    }

    private static MergeOpsException Differs(string path, BlobDigest found, BlobDigest locked) => new(
        Codes.BytesNotLocked,
        $"It is {found}, the lock says {locked}. Restore the file, or run `mergeops lock` to accept the change.",
        SourceSpan.File(path));
}
