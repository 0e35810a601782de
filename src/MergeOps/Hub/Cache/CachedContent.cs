using MergeOps.Hub.Client;
using MergeOps.Tensors;

namespace MergeOps.Hub.Cache;

/// <summary>Whether what lies under a name is the content that is wanted; each large file is read for this once in its life.</summary>
internal sealed class CachedContent(KnownDigests digests)
{
    /// <summary>Compares size and digest.</summary>
    public bool Is(string path, RepositoryFile file, CancellationToken cancellation) =>
        RealPath.Of(path) is { } real
        && File.Exists(real)
        && new FileInfo(real).Length == file.Size
        && digests.Of(real, file.Digest.Kind, cancellation) == file.Digest;

    /// <summary>Takes note of a content that was checked while it arrived.</summary>
    public void Note(string path, RepositoryFile file) => digests.Remember(path, file.Digest);
}
