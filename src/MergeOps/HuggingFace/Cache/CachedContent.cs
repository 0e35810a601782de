using MergeOps.Tensors;

namespace MergeOps.HuggingFace.Cache;

/// <summary>Whether what lies under a name is the content that is wanted; each large file is read for this once in its life.</summary>
internal sealed class CachedContent(KnownDigests digests)
{
    /// <summary>Compares size and digest.</summary>
    public bool Is(string path, HashedFile file, CancellationToken cancellation) =>
        RealPath.Of(path) is { } real
        && File.Exists(real)
        && new FileInfo(real).Length == file.Size
        && DigestOf(real, file, cancellation) == file.Digest;

    // of weights also what a merge compares its reading with
    private BlobDigest DigestOf(string real, HashedFile file, CancellationToken cancellation) => CheckpointLayout.IsWeights(file.Path)
        ? digests.WithBlocks(real, file.Digest.Kind, cancellation).Digest
        : digests.Of(real, file.Digest.Kind, cancellation);

    /// <summary>Takes note of a content that was checked while it arrived.</summary>
    /// <param name="path">Where it lies.</param>
    /// <param name="file">What it is.</param>
    /// <param name="blocks">The digests of its blocks; null when it holds no weights.</param>
    public void Note(string path, HashedFile file, BlockDigests? blocks) => digests.Remember(path, file.Digest, blocks);
}
