using MergeOps.HuggingFace.Reading;
using MergeOps.Tensors;

namespace MergeOps.Sources.Headers;

/// <summary>The bytes of a file of a commit. Each reading waits for an answer, so that it belongs on a thread of its own.</summary>
/// <param name="commit">The commit; it has the file.</param>
/// <param name="path">The file's path in it.</param>
/// <param name="cancellation">Stops.</param>
internal sealed class CommitBytes(CommitFiles commit, string path, CancellationToken cancellation) : IStoredBytes
{
    /// <inheritdoc/>
    public long Length => commit.Find(path)!.Size;

    /// <inheritdoc/>
    public bool AreFar => true;

    /// <inheritdoc/>
    public byte[] Read(long offset, int count) => commit.ReadAsync(path, offset, count, cancellation).GetAwaiter().GetResult();
}
