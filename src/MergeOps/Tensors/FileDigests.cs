using System.Security.Cryptography;

namespace MergeOps.Tensors;

/// <summary>SHA-256 of whole files, for what leaves or enters this machine.</summary>
internal static class FileDigests
{
    private const int BufferSize = 1024 * 1024;

    /// <summary>SHA-256 of a file, lower-case hex, in constant memory.</summary>
    /// <exception cref="Diagnostics.MergeOpsException">The file is not there or cannot be read.</exception>
    public static string Sha256(string path, CancellationToken cancellation = default)
    {
        using var file = ModelFile.Open(path);
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
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
