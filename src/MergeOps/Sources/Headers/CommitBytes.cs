using MergeOps.HuggingFace.Reading;
using MergeOps.Tensors;

namespace MergeOps.Sources.Headers;

/// <summary>The bytes of a file of a commit. Each reading waits for an answer, so that it belongs on a thread of its own.</summary>
internal sealed class CommitBytes(CommitFiles commit, HashedFile file, CancellationToken cancellation) : IStoredBytes
{
    /// <inheritdoc/>
    public long Length => file.Size;

    /// <inheritdoc/>
    public bool AreFar => true;

    /// <inheritdoc/>
    public byte[] Read(long offset, int count) => commit.ReadAsync(file, offset, count, cancellation).GetAwaiter().GetResult();
}
