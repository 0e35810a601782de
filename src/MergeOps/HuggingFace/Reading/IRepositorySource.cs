using System.Collections.Immutable;
using MergeOps.Diagnostics;

namespace MergeOps.HuggingFace.Reading;

/// <summary>Where commits are looked at without downloading them: the Hub, or the cache when there is no network.</summary>
internal interface IRepositorySource
{
    /// <summary>A repository at a revision; null stands for the default branch.</summary>
    /// <exception cref="MergeOpsException">It is absent, not for this user, or cannot be asked for.</exception>
    Task<RepositoryInfo> InfoAsync(RepositoryName name, string? revision, CancellationToken cancellation);

    /// <summary>All files of a commit, in ordinal order of their paths.</summary>
    /// <exception cref="MergeOpsException">The commit is absent, not for this user, or cannot be asked for.</exception>
    Task<CommitFiles> FilesAsync(RepositoryName name, string commit, CancellationToken cancellation);

    /// <summary>One file of a commit, or null.</summary>
    /// <exception cref="MergeOpsException">The commit is absent, not for this user, or cannot be asked for.</exception>
    Task<CommitFile?> FindAsync(RepositoryName name, string commit, string path, CancellationToken cancellation);

    /// <summary>A part of a file; shorter where the file ends.</summary>
    /// <exception cref="MergeOpsException">It cannot be read.</exception>
    Task<byte[]> ReadAsync(CommitFile file, long offset, int count, CancellationToken cancellation);

    /// <summary>A whole small file, its digest compared.</summary>
    /// <exception cref="MergeOpsException">It is larger than the cap, cannot be read, or is not what its digest says.</exception>
    Task<byte[]> ReadWholeAsync(CommitFile file, int cap, CancellationToken cancellation);

    /// <summary>The revisions that conversions and pull requests made, the newest first.</summary>
    /// <exception cref="MergeOpsException">They cannot be asked for.</exception>
    Task<ImmutableArray<RepositoryRef>> ConversionsAsync(RepositoryName name, CancellationToken cancellation);
}
