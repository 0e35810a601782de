using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

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

    /// <summary>The bounds with one before the first and one after the last.</summary>
    private readonly uint[] framedBounds = [0, .. bounds, uint.MaxValue];

    private readonly int[] buckets = new int[bounds.Length];
    private readonly int[] counts = new int[BucketsFor(bounds.Length)];
    private readonly uint[] lowest = new uint[BucketsFor(bounds.Length)];
    private readonly uint[] highest = new uint[BucketsFor(bounds.Length)];

    /// <summary>Replaces each word by all ones where it lies below the bound of its element's rank, else by zero.</summary>
    /// <returns>False, and nothing done, where the magnitudes crowd in few buckets.</returns>
    public bool TryMask(ReadOnlySpan<float> row, Span<uint> words)
    {
        if (!TryFill(row))
        {
            return false;
        }

        var magnitudes = MemoryMarshal.Cast<float, int>(row);
        var (first, last) = (Vector256.Create(bounds[0]), Vector256.Create(bounds[^1]));
        ref var word = ref MemoryMarshal.GetReference(words);
        Span<uint> group = stackalloc uint[Vector256<uint>.Count];
        var i = 0;
        for (; i <= words.Length - Vector256<uint>.Count; i += Vector256<uint>.Count)
        {
            var own = Vector256.LoadUnsafe(ref word, (nuint)i);
            var isBelowAll = Vector256.LessThan(own, first);
            own.CopyTo(group);
            isBelowAll.StoreUnsafe(ref word, (nuint)i);
            var isOpen = Vector256.AndNot(Vector256.LessThan(own, last), isBelowAll).ExtractMostSignificantBits();
            for (; isOpen != 0; isOpen &= isOpen - 1)
            {
                var lane = BitOperations.TrailingZeroCount(isOpen);
                words[i + lane] = Mask(group[lane], magnitudes, i + lane);
            }
        }

        for (; i < words.Length; i++)
        {
            words[i] = Mask(words[i], magnitudes, i);
        }

        return true;
    }

    private static int BucketsFor(int elements) => ((elements - 1) / ElementsPerBucket) + 1;

    private uint Mask(uint word, ReadOnlySpan<int> magnitudes, int index)
    {
        var bucket = buckets[index];
        // all ones where the word is smaller, without a branch that nobody could predict
        var isBelowAll = (uint)(((long)word - lowest[bucket]) >> 63);
        var isBelowSome = (uint)(((long)word - highest[bucket]) >> 63);
        return isBelowAll == isBelowSome || word < bounds[Rank(magnitudes, index)] ? isBelowSome : 0;
    }

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

    /// <summary>Gives each bucket the bounds of its first and its last rank; an empty one gets some, which nobody asks for.</summary>
    /// <returns>The number of pairs of elements in one bucket.</returns>
    private long SpreadBounds()
    {
        ref var count = ref MemoryMarshal.GetArrayDataReference(counts);
        ref var bound = ref MemoryMarshal.GetArrayDataReference(framedBounds);
        ref var low = ref MemoryMarshal.GetArrayDataReference(lowest);
        ref var high = ref MemoryMarshal.GetArrayDataReference(highest);
        var (rank, pairs) = (0, 0L);
        for (var bucket = 0; bucket < counts.Length; bucket++)
        {
            var members = Unsafe.Add(ref count, bucket);
            Unsafe.Add(ref low, bucket) = Unsafe.Add(ref bound, rank + 1);
            rank += members;
            Unsafe.Add(ref high, bucket) = Unsafe.Add(ref bound, rank);
            pairs += (long)members * members;
        }

        return pairs;
    }

    /// <summary>The bucket of an element is its magnitude, scaled and cut off: larger magnitudes never come before smaller ones.</summary>
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

    private static float Largest(ReadOnlySpan<float> row)
    {
        var lanes = Vector256<float>.Zero;
        var i = 0;
        for (; i <= row.Length - Vector256<float>.Count; i += Vector256<float>.Count)
        {
            lanes = Vector256.Max(lanes, Vector256.Abs(Vector256.Create(row[i..])));
        }

        var largest = 0f;
        for (var lane = 0; lane < Vector256<float>.Count; lane++)
        {
            largest = Math.Max(largest, lanes[lane]);
        }

        for (; i < row.Length; i++)
        {
            largest = Math.Max(largest, Math.Abs(row[i]));
        }

        return largest;
    }

    /// <summary>The number of elements with a smaller magnitude, and of those before this one with the same.</summary>
    private static int Rank(ReadOnlySpan<int> bits, int index)
    {
        var own = bits[index] & int.MaxValue;
        return CountBelow(bits[..index], own + 1L) + CountBelow(bits[index..], own);
    }

    private static int CountBelow(ReadOnlySpan<int> bits, long bound)
    {
        ref var first = ref MemoryMarshal.GetReference(bits);
        // a magnitude's bits never reach the largest int unless it is no number
        var limit = Vector256.Create((int)Math.Min(bound, int.MaxValue));
        var counted = Vector256<int>.Zero;
        var i = 0;
        for (; i <= bits.Length - Vector256<int>.Count; i += Vector256<int>.Count)
        {
            counted -= Vector256.LessThan(Vector256.LoadUnsafe(ref first, (nuint)i) & Vector256.Create(int.MaxValue), limit);
        }

        var count = Vector256.Sum(counted);
        for (; i < bits.Length; i++)
        {
            count += (bits[i] & int.MaxValue) < bound ? 1 : 0;
        }

        return count;
    }
}
