using System.Collections.Immutable;
using System.IO.Hashing;
using System.Text;

namespace MergeOps.Tensors;

/// <summary>
/// The digests of a weight file's blocks: XXH128 of each consecutive 4 MiB of each tensor, the last one of a tensor
/// shorter, tensors in the order of their bytes. They are the blocks of <see cref="ContentDigest"/>, so that whoever reads
/// a tensor can compare what it reads as it goes.
/// </summary>
/// <param name="HeaderDigest">The digest of the file's header, from which the places of the blocks follow; see <see cref="CheckpointFile"/>.</param>
/// <param name="Hashes">The digests, <see cref="ContentDigest.HashSize"/> bytes each.</param>
internal sealed record BlockDigests(string HeaderDigest, ImmutableArray<byte> Hashes)
{
    private const int HeaderDigestLength = 64;

    private static ReadOnlySpan<byte> Heading => "mergeops blocks 1\n"u8;

    /// <summary>The number of a tensor's blocks.</summary>
    public static long CountOf(TensorInfo tensor) => (tensor.ByteLength + ContentDigest.BlockSize - 1) / ContentDigest.BlockSize;

    /// <summary>The digests of each tensor's blocks by its name.</summary>
    /// <param name="tensors">All tensors of the file.</param>
    public IEnumerable<KeyValuePair<string, ReadOnlyMemory<byte>>> Of(IEnumerable<TensorInfo> tensors)
    {
        var rest = Hashes.AsMemory();
        foreach (var tensor in tensors.OrderBy(tensor => tensor.Offset).Where(tensor => tensor.ByteLength > 0))
        {
            var length = (int)(CountOf(tensor) * ContentDigest.HashSize);
            yield return new(tensor.Name, rest[..length]);
            rest = rest[length..];
        }
    }

    /// <summary>The bytes of a file that keeps them; they end in a digest of themselves.</summary>
    public byte[] ToBytes()
    {
        byte[] content = [.. Heading, .. Encoding.ASCII.GetBytes(HeaderDigest), .. Hashes];
        return [.. content, .. XxHash128.Hash(content)];
    }

    /// <summary>Reads such a file; null when it is damaged or none.</summary>
    public static BlockDigests? TryRead(ReadOnlySpan<byte> bytes)
    {
        var start = Heading.Length + HeaderDigestLength;
        if (bytes.Length < start + ContentDigest.HashSize || !bytes.StartsWith(Heading))
        {
            return null;
        }

        var content = bytes[..^ContentDigest.HashSize];
        return XxHash128.Hash(content).AsSpan().SequenceEqual(bytes[^ContentDigest.HashSize..])
            ? new(Encoding.ASCII.GetString(content[Heading.Length..start]), [.. content[start..]])
            : null;
    }
}
