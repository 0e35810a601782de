using System.Security.Cryptography;
using System.Text;

namespace MergeOps.Hub;

/// <summary>Computes the digest of a file while its bytes pass by.</summary>
internal sealed class ContentHash : IDisposable
{
    private readonly DigestKind kind;
    private readonly IncrementalHash hash;

    /// <summary>Begins.</summary>
    /// <param name="kind">What is computed.</param>
    /// <param name="size">Bytes of the whole file; a git blob begins with it.</param>
    public ContentHash(DigestKind kind, long size)
    {
        this.kind = kind;
#pragma warning disable CA5350 // SHA-1 is what git names blobs by; nobody chooses here
        hash = IncrementalHash.CreateHash(kind is DigestKind.Sha256 ? HashAlgorithmName.SHA256 : HashAlgorithmName.SHA1);
#pragma warning restore CA5350
        if (kind is DigestKind.GitBlob)
        {
            hash.AppendData(Encoding.ASCII.GetBytes($"blob {size}\0"));
        }
    }

    /// <summary>Takes the next bytes.</summary>
    public void Append(ReadOnlySpan<byte> bytes) => hash.AppendData(bytes);

    /// <summary>The digest of everything taken.</summary>
    public ContentDigest Finish() => new(kind, Convert.ToHexStringLower(hash.GetHashAndReset()));

    /// <summary>The digest of bytes that are all there.</summary>
    public static ContentDigest Of(DigestKind kind, ReadOnlySpan<byte> bytes)
    {
        using var hash = new ContentHash(kind, bytes.Length);
        hash.Append(bytes);
        return hash.Finish();
    }

    /// <inheritdoc/>
    public void Dispose() => hash.Dispose();
}
