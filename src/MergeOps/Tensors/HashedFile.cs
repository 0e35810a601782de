namespace MergeOps.Tensors;

/// <summary>One file of a model or repository by its content.</summary>
/// <param name="Path">Relative to the model or repository, with forward slashes.</param>
/// <param name="Size">Bytes.</param>
/// <param name="Digest">What its bytes are.</param>
internal sealed record HashedFile(string Path, long Size, BlobDigest Digest);
