using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;
using MergeOps.Tensors;

namespace MergeOps.Methods.Operators.Cpu;

/// <summary>
/// Compares random words with bounds that grow with the rank, without sorting: a bucket of similar magnitudes covers a
/// range of ranks, and a word outside that range's bounds needs no more than that. The few others get their exact rank.
/// </summary>
/// <param name="bounds">The bound of each rank, ascending; as many as a row has elements.</param>
internal sealed class RankBuckets(uint[] bounds)
{
    /// <summary>Where buckets hold more elements than this on average, seen from an element, a sort is faster.</summary>
    private const int MaxCrowd = 256;

    /// <summary>Fewer buckets cost less to fill, more leave fewer elements that need their exact rank.</summary>
    private const int ElementsPerBucket = 4;

    private const int HalfBits = 16;
    private const uint HalfMask = (1u << HalfBits) - 1;

    /// <summary>The high halves of the bounds, and one after the last.</summary>
    private readonly uint[] halves = [.. bounds.Select(bound => bound >> HalfBits), HalfMask];

    private readonly int[] buckets = new int[bounds.Length];
    private readonly int[] counts = new int[BucketsFor(bounds.Length)];

    /// <summary>The high halves of a bucket's lowest bound and of the next bucket's, in one number, so that one look tells both.</summary>
    private readonly uint[] ranges = new uint[BucketsFor(bounds.Length)];

    /// <summary>Replaces each word by all ones where it lies below the bound of its element's rank, else by zero.</summary>
    /// <returns>False, and nothing done, where the magnitudes crowd in few buckets.</returns>
    [MethodImpl(Compile.AtOnce)]
    public bool TryMask(ReadOnlySpan<float> row, Span<uint> words)
    {
        if (!TryFill(row))
        {
            return false;
        }

        var magnitudes = MemoryMarshal.Cast<float, int>(row);
        ref var word = ref MemoryMarshal.GetReference(words);
        ref var bucket = ref MemoryMarshal.GetArrayDataReference(buckets);
        var i = 0;
        for (; i <= words.Length - Vector256<uint>.Count; i += Vector256<uint>.Count)
        {
            var range = Ranges(Vector256.LoadUnsafe(ref bucket, (nuint)i));
            var own = Vector256.LoadUnsafe(ref word, (nuint)i);
            // halves are so small that signed comparisons, the only ones that every processor has, tell the same
            var half = (own >> HalfBits).AsInt32();
            var isBelow = Vector256.GreaterThan((range >> HalfBits).AsInt32(), half);
            var isOpen = Vector256.AndNot(
                Vector256.GreaterThanOrEqual((range & Vector256.Create(HalfMask)).AsInt32(), half), isBelow);
            isBelow.AsUInt32().StoreUnsafe(ref word, (nuint)i);
            for (var open = isOpen.ExtractMostSignificantBits(); open != 0; open &= open - 1)
            {
                var lane = BitOperations.TrailingZeroCount(open);
                words[i + lane] = Mask(own[lane], magnitudes, i + lane);
            }
        }

        for (; i < words.Length; i++)
        {
            words[i] = Mask(words[i], magnitudes, i);
        }

        return true;
    }

    private static int BucketsFor(int elements) => ((elements - 1) / ElementsPerBucket) + 1;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private unsafe Vector256<uint> Ranges(Vector256<int> indexes)
    {
        if (Avx2.IsSupported)
        {
            fixed (uint* first = ranges)
            {
                return Avx2.GatherVector256(first, indexes, sizeof(uint));
            }
        }

        return Vector256.Create(
            ranges[indexes[0]], ranges[indexes[1]], ranges[indexes[2]], ranges[indexes[3]],
            ranges[indexes[4]], ranges[indexes[5]], ranges[indexes[6]], ranges[indexes[7]]);
    }

    private uint Mask(uint word, ReadOnlySpan<int> magnitudes, int index) =>
        word < bounds[Rank(magnitudes, index)] ? uint.MaxValue : 0;

    private bool TryFill(ReadOnlySpan<float> row)
    {
        var largest = Largest(row);
        if (!(largest > 0) || !float.IsFinite(counts.Length / largest))
        {
            return false;
        }

        FindBuckets(row, counts.Length / largest);
        Array.Clear(counts);
        ref var count = ref MemoryMarshal.GetArrayDataReference(counts);
        foreach (var bucket in buckets)
        {
            Unsafe.Add(ref count, bucket)++;
        }

        return SpreadBounds() <= (long)MaxCrowd * row.Length;
    }

    /// <summary>Gives each bucket the bounds of its first rank and of the first one after it; an empty one gets some, which nobody asks for.</summary>
    /// <returns>The number of pairs of elements in one bucket.</returns>
    [MethodImpl(Compile.AtOnce)]
    private long SpreadBounds()
    {
        ref var count = ref MemoryMarshal.GetArrayDataReference(counts);
        ref var half = ref MemoryMarshal.GetArrayDataReference(halves);
        ref var range = ref MemoryMarshal.GetArrayDataReference(ranges);
        var (rank, pairs, lowest) = (0, 0L, half);
        for (var bucket = 0; bucket < counts.Length; bucket++)
        {
            var members = Unsafe.Add(ref count, bucket);
            rank += members;
            var next = Unsafe.Add(ref half, rank);
            Unsafe.Add(ref range, bucket) = (lowest << HalfBits) | next;
            lowest = next;
            pairs += (long)members * members;
        }

        return pairs;
    }

    /// <summary>The bucket of an element is its magnitude, scaled and cut off: larger magnitudes never come before smaller ones.</summary>
    [MethodImpl(Compile.AtOnce)]
    private void FindBuckets(ReadOnlySpan<float> row, float scale)
    {
        ref var value = ref MemoryMarshal.GetReference(row);
        ref var bucket = ref MemoryMarshal.GetArrayDataReference(buckets);
        var last = Vector256.Create(counts.Length - 1);
        var i = 0;
        for (; i <= row.Length - Vector256<float>.Count; i += Vector256<float>.Count)
        {
            var scaled = Vector256.Abs(Vector256.LoadUnsafe(ref value, (nuint)i)) * scale;
            Vector256.Min(Vector256.ConvertToInt32(scaled), last).StoreUnsafe(ref bucket, (nuint)i);
        }

        for (; i < row.Length; i++)
        {
            buckets[i] = Math.Min((int)(Math.Abs(row[i]) * scale), counts.Length - 1);
        }
    }

    /// <summary>The largest magnitude; not a number where the row holds such an element.</summary>
    [MethodImpl(Compile.AtOnce)]
    private static float Largest(ReadOnlySpan<float> row)
    {
        // as integers, magnitudes are ordered like the numbers, and what is no number comes last
        var bits = MemoryMarshal.Cast<float, int>(row);
        ref var first = ref MemoryMarshal.GetReference(bits);
        var magnitude = Vector256.Create(int.MaxValue);
        var (even, odd) = (Vector256<int>.Zero, Vector256<int>.Zero);
        var i = 0;
        for (; i <= bits.Length - (2 * Vector256<int>.Count); i += 2 * Vector256<int>.Count)
        {
            even = Vector256.Max(even, Vector256.LoadUnsafe(ref first, (nuint)i) & magnitude);
            odd = Vector256.Max(odd, Vector256.LoadUnsafe(ref first, (nuint)(i + Vector256<int>.Count)) & magnitude);
        }

        var lanes = Vector256.Max(even, odd);
        var largest = 0;
        for (var lane = 0; lane < Vector256<int>.Count; lane++)
        {
            largest = Math.Max(largest, lanes[lane]);
        }

        for (; i < bits.Length; i++)
        {
            largest = Math.Max(largest, bits[i] & int.MaxValue);
        }

        return BitConverter.Int32BitsToSingle(largest);
    }

    /// <summary>The number of elements with a smaller magnitude, and of those before this one with the same.</summary>
    private static int Rank(ReadOnlySpan<int> bits, int index)
    {
        var own = bits[index] & int.MaxValue;
        return CountBelow(bits[..index], own + 1L) + CountBelow(bits[index..], own);
    }

    [MethodImpl(Compile.AtOnce)]
    private static int CountBelow(ReadOnlySpan<int> bits, long bound)
    {
        ref var first = ref MemoryMarshal.GetReference(bits);
        // a magnitude's bits never reach the largest int unless it is no number
        var limit = Vector256.Create((int)Math.Min(bound, int.MaxValue));
        var magnitude = Vector256.Create(int.MaxValue);
        var (even, odd) = (Vector256<int>.Zero, Vector256<int>.Zero);
        var i = 0;
        for (; i <= bits.Length - (2 * Vector256<int>.Count); i += 2 * Vector256<int>.Count)
        {
            even -= Vector256.LessThan(Vector256.LoadUnsafe(ref first, (nuint)i) & magnitude, limit);
            odd -= Vector256.LessThan(Vector256.LoadUnsafe(ref first, (nuint)(i + Vector256<int>.Count)) & magnitude, limit);
        }

        var count = Vector256.Sum(even + odd);
        for (; i < bits.Length; i++)
        {
            count += (bits[i] & int.MaxValue) < bound ? 1 : 0;
        }

        return count;
    }
}
