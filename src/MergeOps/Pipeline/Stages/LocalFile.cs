using MergeOps.Diagnostics;
using MergeOps.Planning;
using MergeOps.Tensors;

namespace MergeOps.Pipeline.Stages;

/// <summary>A file of a locked model on this machine.</summary>
/// <param name="Path">Where it lies.</param>
/// <param name="Locked">What it must be.</param>
internal sealed record LocalFile(string Path, BlobDigest Locked)
{
    /// <summary>Bytes.</summary>
    public long Size => FileIdentity.Of(Path).Size;

    private bool HoldsWeights => CheckpointLayout.IsWeights(Path);

    /// <summary>Those of a model; an unlocked model has none.</summary>
    public static IEnumerable<LocalFile> Of(PlannedModel model, IEnumerable<string> paths) =>
        from path in paths
        let locked = model.FileDigests.GetValueOrDefault(path)
        where locked is not null
        select new LocalFile(System.IO.Path.Combine(model.Checkpoint.Folder, path), locked);

    /// <summary>What is known of it without reading it; null when it must be read before anybody knows that it is the locked one.</summary>
    /// <exception cref="MergeOpsException">It is known to have other bytes.</exception>
    public VerifiedFile? Find(KnownDigests digests) =>
        (HoldsWeights ? digests.FindWithBlocks(Path, Locked.Kind) : digests.Find(Path, Locked.Kind)) is { } known ? Required(known) : null;

    /// <summary>Reads it.</summary>
    /// <exception cref="MergeOpsException">It has other bytes, or cannot be read.</exception>
    public VerifiedFile Require(KnownDigests digests, CancellationToken cancellation) => Required(digests.WithBlocks(Path, Locked.Kind, cancellation));

    private VerifiedFile Required(VerifiedFile found) => found.Digest == Locked ? found : throw Differs(Path, found.Digest, Locked);

    private static MergeOpsException Differs(string path, BlobDigest found, BlobDigest locked) => new(
        Codes.BytesNotLocked,
        $"It is {found}, the lock says {locked}. Restore the file, or run `mergeops lock` to accept the change.",
        SourceSpan.File(path));
}
