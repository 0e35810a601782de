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

        var real = Real(path);
        var identity = FileIdentity.Of(real);
        var digest = BlobDigest.OfFile(kind, real, cancellation);
        if (FileIdentity.Of(real) == identity)
        {
            Remember(real, digest);
        }

        return digest;
    }

    /// <summary>The digest of a file if it was taken before and the file is still the same; null when it must be hashed.</summary>
    public BlobDigest? Find(string path, DigestKind kind)
    {
        var entry = EntryOf(path, kind);
        return File.Exists(entry)
            && File.ReadAllText(entry).Split(' ') is [var seen, var hex]
            && seen == FileIdentity.Of(Real(path)).ToString()
            && BlobDigest.OfHex(hex) is { } digest && digest.Kind == kind
                ? digest
                : null;
    }

    /// <summary>Remembers what somebody else has computed while the file was written.</summary>
    /// <exception cref="Diagnostics.MergeOpsException">The folder cannot be written.</exception>
    public void Remember(string path, BlobDigest digest) =>
        MergeOpsHome.Write(EntryOf(path, digest.Kind), Encoding.ASCII.GetBytes($"{FileIdentity.Of(Real(path))} {digest.Hex}"));

    // links that lead to one file share its digest
    private static string Real(string path) => RealPath.Of(path) ?? Path.GetFullPath(path);

    private string EntryOf(string path, DigestKind kind)
    {
        var name = Real(path) + (kind is DigestKind.GitBlob ? "\0git" : "");
        return Path.Combine(folder, Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(name))));
    }
}
