namespace MergeOps.Tensors;

/// <summary>A file whose every byte was hashed, and the identity under which it was: whoever reads it makes sure that it has that identity still.</summary>
/// <param name="Identity">What the file was.</param>
/// <param name="Digest">What its bytes were.</param>
internal sealed record VerifiedFile(FileIdentity Identity, BlobDigest Digest)
{
    /// <summary>The digests of its blocks, with which a reader compares what it reads; null where nobody asked for them, or it holds no weights.</summary>
    public BlockDigests? Blocks { get; init; }
}
