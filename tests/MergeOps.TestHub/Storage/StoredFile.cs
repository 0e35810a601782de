using System.Security.Cryptography;
using System.Text;

namespace MergeOps.TestHub.Storage;

/// <summary>One file of a commit.</summary>
/// <param name="Content">Its bytes.</param>
/// <param name="BlobId">The id of its git blob, 40 hex digits: of the pointer where the file is held by LFS.</param>
/// <param name="Sha256">The SHA-256 of the content where the file is held by LFS, else null.</param>
/// <param name="PointerSize">The length of the LFS pointer's text; 0 for a regular file.</param>
internal sealed record StoredFile(Content Content, string BlobId, string? Sha256, int PointerSize)
{
    /// <summary>The length of the content.</summary>
    public long Size => Content.Length;

    /// <summary>What the Hub calls the file's ETag: SHA-256 for LFS, else the git blob id.</summary>
    public string Digest => Sha256 ?? BlobId;

    /// <summary>A file that git holds itself.</summary>
    public static StoredFile Regular(byte[] bytes) => new(new MemoryContent(bytes), GitObjects.BlobId(bytes), null, 0);

    /// <summary>A file that LFS holds under a digest that somebody vouches for.</summary>
    public static StoredFile Lfs(Content content, string sha256)
    {
        var pointer = Pointer(sha256, content.Length);
        return new(content, GitObjects.BlobId(pointer), sha256, pointer.Length);
    }

    /// <summary>A file that LFS holds; its digest is computed here.</summary>
    public static StoredFile Lfs(Content content)
    {
        using var stream = content.Open();
        return Lfs(content, Convert.ToHexStringLower(SHA256.HashData(stream)));
    }

    /// <summary>What git holds: the bytes, or the pointer's text.</summary>
    public byte[] GitBytes() => Sha256 is null ? Content.ReadAll() : Pointer(Sha256, Size);

    private static byte[] Pointer(string sha256, long size) =>
        Encoding.ASCII.GetBytes($"version https://git-lfs.github.com/spec/v1\noid sha256:{sha256}\nsize {size}\n");
}
