using MergeOps.Tensors;

namespace MergeOps.HuggingFace.Reading;

/// <summary>One file of a commit by its content.</summary>
/// <param name="Path">Relative to the repository, with forward slashes, as the Hub names it.</param>
/// <param name="Size">Bytes.</param>
/// <param name="Digest">The content's digest.</param>
internal sealed record RepositoryFile(string Path, long Size, BlobDigest Digest);
