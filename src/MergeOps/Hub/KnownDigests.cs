using System.Security.Cryptography;
using System.Text;
using MergeOps.Tensors;

namespace MergeOps.Hub;

/// <summary>Remembers the digests of whole files by their identity, so that each file is hashed once for each content.</summary>
internal sealed class KnownDigests(string folder)
{
    /// <summary>The index in the user's folder.</summary>
    public static KnownDigests Default => new(Path.Combine(MergeOpsHome.Folder, "digests"));

    /// <summary>The SHA-256 of a file, from the index when its identity is unchanged.</summary>
    public string Of(string path) => Of(path, DigestKind.Sha256).Hex;

    /// <summary>The digest of a file, from the index when its identity is unchanged.</summary>
    /// <exception cref="Diagnostics.MergeOpsException">The file is not there or cannot be read.</exception>
    public BlobDigest Of(string path, DigestKind kind, CancellationToken cancellation = default)
    {
        if (Find(path, kind) is { } known)
        {
            return known;
        }

        var full = Path.GetFullPath(path);
        var identity = FileIdentity.Of(full);
        var digest = BlobDigest.OfFile(kind, full, cancellation);
        if (FileIdentity.Of(full) == identity)
        {
            Remember(full, digest);
        }

        return digest;
    }

    /// <summary>The digest of a file if it was taken before and the file is still the same; null when it must be hashed.</summary>
    public BlobDigest? Find(string path, DigestKind kind)
    {
        var entry = EntryOf(path, kind);
        return File.Exists(entry)
            && File.ReadAllText(entry).Split(' ') is [var seen, var hex]
            && seen == FileIdentity.Of(Path.GetFullPath(path)).ToString()
            && BlobDigest.OfHex(hex) is { } digest && digest.Kind == kind
                ? digest
                : null;
    }

    /// <summary>Remembers what somebody else has computed while the file was written.</summary>
    public void Remember(string path, BlobDigest digest)
    {
        Directory.CreateDirectory(folder);
        DurableFile.WriteAllBytesAtomically(
            EntryOf(path, digest.Kind), Encoding.ASCII.GetBytes($"{FileIdentity.Of(Path.GetFullPath(path))} {digest.Hex}"));
    }

    private string EntryOf(string path, DigestKind kind)
    {
        var name = Path.GetFullPath(path) + (kind is DigestKind.GitBlob ? "\0git" : "");
        return Path.Combine(folder, Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(name))));
    }
}
