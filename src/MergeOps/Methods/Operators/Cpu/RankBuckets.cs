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

    /// <summary>Fewer elements are sooner compared with the whole row than the members of the buckets are gathered for them.</summary>
    private const int MostAlone = 20;

    private const int HalfBits = 16;
    private const uint HalfMask = (1u << HalfBits) - 1;

    /// <summary>The high halves of the bounds, and one after the last.</summary>
    private readonly uint[] halves = [.. bounds.Select(bound => bound >> HalfBits), HalfMask];

    private readonly int[] buckets = new int[bounds.Length];
    private readonly int[] counts = new int[BucketsFor(bounds.Length)];
    private readonly BucketMembers members = new(bounds.Length, BucketsFor(bounds.Length));

    /// <summary>The elements that need their exact rank.</summary>
    private readonly int[] open = new int[bounds.Length];

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

        Decide(words, MemoryMarshal.Cast<float, int>(row), open.AsSpan(0, Compare(words)));
        return true;
    }

    /// <summary>Replaces the words for which the range of their bucket is enough.</summary>
    /// <returns>How many are left.</returns>
    [MethodImpl(Compile.AtOnce)]
    private int Compare(Span<uint> words)
    {
        ref var word = ref MemoryMarshal.GetReference(words);
        ref var bucket = ref MemoryMarshal.GetArrayDataReference(buckets);
        var (i, left) = (0, 0);
        for (; i <= words.Length - Vector256<uint>.Count; i += Vector256<uint>.Count)
        {
            var range = Ranges(Vector256.LoadUnsafe(ref bucket, (nuint)i));
            var own = Vector256.LoadUnsafe(ref word, (nuint)i);
            // halves are so small that signed comparisons, the only ones that every processor has, tell the same
            var half = (own >> HalfBits).AsInt32();
            var isBelow = Vector256.GreaterThan((range >> HalfBits).AsInt32(), half);
            var isOpen = Vector256.AndNot(
                Vector256.GreaterThanOrEqual((range & Vector256.Create(HalfMask)).AsInt32(), half), isBelow);
            Vector256.ConditionalSelect(isOpen.AsUInt32(), own, isBelow.AsUInt32()).StoreUnsafe(ref word, (nuint)i);
            for (var lanes = isOpen.ExtractMostSignificantBits(); lanes != 0; lanes &= lanes - 1)
            {
                open[left++] = i + BitOperations.TrailingZeroCount(lanes);
            }
        }

        for (; i < words.Length; i++)
        {
            open[left++] = i;
        }

        return left;
    }

    /// <summary>Replaces the words that are left, by the exact ranks.</summary>
    private void Decide(Span<uint> words, ReadOnlySpan<int> magnitudes, ReadOnlySpan<int> left)
    {
        var isFew = left.Length <= MostAlone;
        if (!isFew)
        {
            members.Gather(magnitudes, buckets, counts);
        }

        foreach (var index in left)
        {
            var rank = isFew ? MagnitudeRank.Of(magnitudes, index) : members.Rank(index, buckets[index]);
            words[index] = words[index] < bounds[rank] ? uint.MaxValue : 0;
        }
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
            var size = Unsafe.Add(ref count, bucket);
            rank += size;
            var next = Unsafe.Add(ref half, rank);
            Unsafe.Add(ref range, bucket) = (lowest << HalfBits) | next;
            lowest = next;
            pairs += (long)size * size;
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
}
