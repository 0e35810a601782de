using MergeOps.Tensors;

namespace MergeOps.HuggingFace.Reading;

/// <summary>What the Hub says of a file before its content is asked for.</summary>
/// <param name="Commit">The commit that it belongs to.</param>
/// <param name="Size">Bytes.</param>
/// <param name="Digest">The digest that names it in a cache.</param>
internal sealed record FileMetadata(string Commit, long Size, BlobDigest Digest);
