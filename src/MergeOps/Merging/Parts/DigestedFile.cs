using System.Collections.Immutable;
using System.Security.Cryptography;
using MergeOps.Tensors;

namespace MergeOps.Merging.Parts;

/// <summary>Reads an output file once for all that is known of it by its bytes.</summary>
internal static class DigestedFile
{
    /// <summary>Reads it.</summary>
    /// <param name="path">The file.</param>
    /// <param name="shard">What it is to be: its header and the places of its tensors.</param>
    /// <param name="cancellation">Stops.</param>
    /// <returns>What it is; null when it has another header or length.</returns>
    /// <exception cref="Diagnostics.MergeOpsException">It is not there or cannot be read.</exception>
    public static PartFile? Read(string path, OutputShard shard, CancellationToken cancellation)
    {
        using var file = ModelFile.Open(path);
        if (file.Length != shard.Length)
        {
            return null;
        }

        using var sha256 = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var buffer = new byte[1 << 20];
        var header = file.Read(0, shard.Header.Length);
        if (!header.AsSpan().SequenceEqual(shard.Header.AsSpan()))
        {
            return null;
        }

        sha256.AppendData(header);
        var digests = ImmutableSortedDictionary.CreateBuilder<string, string>(StringComparer.Ordinal);
        foreach (var tensor in shard.Tensors)
        {
            var content = new ContentDigest();
            for (var position = 0L; position < tensor.ByteLength; position += buffer.Length)
            {
                cancellation.ThrowIfCancellationRequested();
                var piece = buffer.AsSpan(0, (int)Math.Min(buffer.Length, tensor.ByteLength - position));
                file.Read(tensor.Offset + position, piece);
                sha256.AppendData(piece);
                content.Append(piece);
            }

            digests[tensor.Name] = content.Finish();
        }

        return new(shard.Length, Convert.ToHexStringLower(sha256.GetHashAndReset()), digests.ToImmutable());
    }
}
