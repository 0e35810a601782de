using System.Collections.Immutable;
using System.IO.Hashing;

namespace MergeOps.Tensors;

/// <summary>
/// SHA-256 of each consecutive 4 MiB of a file, the last block shorter. With them a part of a file that somebody else keeps can
/// be checked without the rest of it.
/// </summary>
/// <param name="Hashes">The digests from the first block on, <see cref="HashSize"/> bytes each; fewer than the file has blocks where only its beginning was read.</param>
internal sealed record RangeDigests(ImmutableArray<byte> Hashes)
{
    /// <summary>Bytes of a block.</summary>
    public const int BlockSize = 4 << 20;

    /// <summary>Bytes of a block's digest.</summary>
    public const int HashSize = 32;

    private static ReadOnlySpan<byte> Heading => "mergeops ranges 1\n"u8;

    /// <summary>How many blocks are known.</summary>
    public int Count => Hashes.Length / HashSize;

    /// <summary>The number of a file's blocks.</summary>
    /// <param name="size">The file's bytes.</param>
    public static int CountOf(long size) => checked((int)((size + BlockSize - 1) / BlockSize));

    /// <summary>The bytes of a file that keeps them; they end in a digest of themselves.</summary>
    public byte[] ToBytes()
    {
        byte[] content = [.. Heading, .. Hashes];
        return [.. content, .. XxHash128.Hash(content)];
    }

    /// <summary>Reads such a file; null when it is damaged or none.</summary>
    public static RangeDigests? TryRead(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length < Heading.Length + ContentDigest.HashSize || !bytes.StartsWith(Heading))
        {
            return null;
        }

        var content = bytes[..^ContentDigest.HashSize];
        return (content.Length - Heading.Length) % HashSize == 0 && XxHash128.Hash(content).AsSpan().SequenceEqual(bytes[^ContentDigest.HashSize..])
            ? new([.. content[Heading.Length..]])
            : null;
    }
}
