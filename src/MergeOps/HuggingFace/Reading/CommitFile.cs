using MergeOps.Diagnostics;
using MergeOps.Tensors;

namespace MergeOps.HuggingFace.Reading;

/// <summary>One file of a commit.</summary>
/// <param name="Repository">The repository.</param>
/// <param name="Commit">The commit: 40 hexadecimal digits.</param>
/// <param name="Content">The file as the commit lists it.</param>
internal sealed record CommitFile(RepositoryName Repository, string Commit, HashedFile Content)
{
    /// <summary>Relative to the repository, with forward slashes.</summary>
    public string Path => Content.Path;

    /// <summary>Bytes.</summary>
    public long Size => Content.Size;

    /// <summary>What its bytes are.</summary>
    public BlobDigest Digest => Content.Digest;

    /// <summary>What messages call it.</summary>
    public HubSubject Subject => new(Repository, Commit, Path);

    /// <summary>Where its bytes are, below the Hub's endpoint.</summary>
    /// <exception cref="MergeOpsException">The path would leave the repository.</exception>
    public string Address => HubAddresses.Resolve(Repository, Commit, Path);
}
