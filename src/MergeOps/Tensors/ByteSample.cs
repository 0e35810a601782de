using System.Collections.Immutable;
using System.IO.Hashing;
using MergeOps.Diagnostics;

namespace MergeOps.Tensors;

/// <summary>
/// A sample of a run of bytes: 64 blocks of 4 KiB, whose places follow from the length alone, so that every machine
/// looks at the same bytes. It costs milliseconds and tells different weights apart; it is no proof that they are equal.
/// </summary>
internal static class ByteSample
{
    private const int Blocks = 64;
    private const int BlockSize = 4096;

    /// <summary>XXH128 over the sample of a file (seed 0, canonical big-endian, lower-case hex).</summary>
    /// <exception cref="MergeOpsException">It cannot be read.</exception>
    public static string OfFile(string path)
    {
        using var file = ModelFile.Open(path);
        var hash = new XxHash128();
        Span<byte> block = new byte[BlockSize];
        foreach (var (offset, length) in PlacesIn(file.Length))
        {
            file.Read(offset, block[..length]);
            hash.Append(block[..length]);
        }

        return Convert.ToHexStringLower(hash.GetCurrentHash());
    }

    /// <summary>The sample of each file of a checkpoint, by its path.</summary>
    /// <exception cref="MergeOpsException">One cannot be read.</exception>
    public static ImmutableSortedDictionary<string, string> OfFiles(Checkpoint checkpoint) =>
        checkpoint.Files.ToOrdinalMap(file => file.Path, file => OfFile(Path.Combine(checkpoint.Folder, file.Path)));

    /// <summary>The places of the sample: all of a short run, else blocks at even distances with the first and the last one.</summary>
    /// <param name="length">Bytes of the run.</param>
    public static IEnumerable<(long Offset, int Length)> PlacesIn(long length)
    {
        if (length <= Blocks * BlockSize)
        {
            for (var offset = 0L; offset < length; offset += BlockSize)
            {
                yield return (offset, (int)Math.Min(BlockSize, length - offset));
            }

            yield break;
        }

        var (distance, rest) = Math.DivRem(length - BlockSize, Blocks - 1);
        for (var block = 0; block < Blocks; block++)
        {
            yield return ((distance * block) + (rest * block / (Blocks - 1)), BlockSize);
        }
    }
}
