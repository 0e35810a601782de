using System.Security.Cryptography;
using System.Text;

namespace MergeOps.Tensors;

/// <summary>Digests of whole files, for what leaves or enters this machine; in constant memory.</summary>
internal static class FileDigests
{
    private const int BufferSize = 1024 * 1024;

    /// <summary>SHA-256 of a file, lower-case hex.</summary>
    /// <exception cref="Diagnostics.MergeOpsException">The file is not there or cannot be read.</exception>
    public static string Sha256(string path, CancellationToken cancellation = default)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        using var file = ModelFile.Open(path);
        return Finish(hash, file, cancellation);
    }

    /// <summary>The name that git gives to a file as a blob: SHA-1 of its length and bytes, lower-case hex.</summary>
    /// <exception cref="Diagnostics.MergeOpsException">The file is not there or cannot be read.</exception>
    public static string GitBlob(string path, CancellationToken cancellation = default)
    {
#pragma warning disable CA5350 // git names blobs by SHA-1; nobody chooses here
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA1);
#pragma warning restore CA5350
        using var file = ModelFile.Open(path);
        hash.AppendData(Encoding.ASCII.GetBytes($"blob {file.Length}\0"));
        return Finish(hash, file, cancellation);
    }

    private static string Finish(IncrementalHash hash, ModelFile file, CancellationToken cancellation)
    {
        var buffer = new byte[Math.Min(BufferSize, file.Length)];
        for (var position = 0L; position < file.Length; position += buffer.Length)
        {
            cancellation.ThrowIfCancellationRequested();
            var piece = buffer.AsSpan(0, (int)Math.Min(buffer.Length, file.Length - position));
            file.Read(position, piece);
            hash.AppendData(piece);
        }

        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }
}
