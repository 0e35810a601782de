using System.Security.Cryptography;
using System.Text;
using MergeOps.Tensors;

namespace MergeOps.Hub;

/// <summary>Remembers the SHA-256 of whole files by their identity, so that each file is hashed once for each content.</summary>
internal sealed class KnownDigests(string folder)
{
    /// <summary>The index in the user's folder.</summary>
    public static KnownDigests Default => new(Path.Combine(MergeOpsHome.Folder, "digests"));

    /// <summary>The digest of a file, from the index when its identity is unchanged.</summary>
    public string Of(string path)
    {
        var full = Path.GetFullPath(path);
        var identity = FileIdentity.Of(full);
        if (Remembered(full, identity) is { } known)
        {
            return known;
        }

        var digest = FileDigests.Sha256(full);
        if (FileIdentity.Of(full) == identity)
        {
            Remember(full, identity, digest);
        }

        return digest;
    }

    private string? Remembered(string path, FileIdentity identity)
    {
        var entry = EntryOf(path);
        return File.Exists(entry) && File.ReadAllText(entry).Split(' ') is [var seen, { Length: 64 } digest] && seen == identity.ToString()
            ? digest
            : null;
    }

    private void Remember(string path, FileIdentity identity, string digest)
    {
        Directory.CreateDirectory(folder);
        DurableFile.WriteAllBytesAtomically(EntryOf(path), Encoding.ASCII.GetBytes($"{identity} {digest}"));
    }

    private string EntryOf(string path) =>
        Path.Combine(folder, Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(path))));
}
