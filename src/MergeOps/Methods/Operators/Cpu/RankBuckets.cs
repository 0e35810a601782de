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
internal sealed class RankBuckets
{
    /// <summary>Magnitudes within so many octaves of a row's largest have buckets of their own; smaller ones share one.</summary>
    private const int Octaves = 8;

    /// <summary>Fewer buckets cost less to add up, more leave fewer elements that need their exact rank.</summary>
    private const int ElementsPerStep = 32;
    private const int LeastStepBits = 2;
    private const int MostStepBits = 9;

    private const int MantissaBits = 23;
    private const uint HalfMask = (1u << BoundLine.HalfBits) - 1;

    private readonly uint[] bounds;
    private readonly BoundLine line;

    /// <summary>The bits of a magnitude that its bucket leaves out.</summary>
    private readonly int shift;

    private readonly ushort[] buckets;

    /// <summary>The number of elements in each bucket, in two parts: in a single one, each of many equal elements would wait for the count before it.</summary>
    private readonly int[] evenCounts;
    private readonly int[] oddCounts;

    /// <summary>The high halves of a bucket's lowest bound and of its highest, in one number, so that one look tells both.</summary>
    private readonly uint[] ranges;

    /// <summary>The elements that need their exact rank.</summary>
    private readonly int[] open;
    private readonly ExactRanks exact;

    /// <summary>Buckets for rows of one length.</summary>
    /// <param name="bounds">The bound of each rank, ascending; as many as a row has elements.</param>
    public RankBuckets(uint[] bounds)
    {
        this.bounds = bounds;
        line = BoundLine.Of(bounds);
        var stepBits = Math.Clamp(BitOperations.Log2((uint)(bounds.Length / ElementsPerStep)), LeastStepBits, MostStepBits);
        shift = MantissaBits - stepBits;
        var count = (Octaves << stepBits) + Vector256<int>.Count;
        (buckets, open) = (new ushort[bounds.Length], new int[bounds.Length]);
        (evenCounts, oddCounts, ranges) = (new int[count], new int[count], new uint[count]);
        exact = new(bounds.Length, count);
    }

    /// <summary>Replaces each word by all ones where it lies below the bound of its element's rank, else by zero.</summary>
    /// <returns>False where many magnitudes are similar but not equal, so that a sort is faster; the words are spoiled then.</returns>
    [MethodImpl(Compile.AtOnce)]
    public bool TryMask(ReadOnlySpan<float> row, Span<uint> words)
    {
        var bits = MemoryMarshal.Cast<float, int>(row);
        FindBuckets(bits, Largest(bits));
        Count();
        Spread();
        return exact.TryDecide(bits, buckets, open.AsSpan(0, Compare(words)), bounds, words);
    }

    /// <summary>Replaces the words for which the range of their bucket is enough.</summary>
    /// <returns>How many are left.</returns>
    [MethodImpl(Compile.AtOnce)]
    private int Compare(Span<uint> words)
    {
        ref var word = ref MemoryMarshal.GetReference(words);
        ref var bucket = ref MemoryMarshal.GetArrayDataReference(buckets);
        ref var first = ref MemoryMarshal.GetArrayDataReference(open);
        var (i, left) = (0, 0);
        for (; i <= words.Length - Vector256<uint>.Count; i += Vector256<uint>.Count)
        {
            var range = RangesOf(Vector256.WidenLower(Vector128.LoadUnsafe(ref bucket, (nuint)i).ToVector256Unsafe()));
            var own = Vector256.LoadUnsafe(ref word, (nuint)i);
            // halves are so small that signed comparisons, the only ones that every processor has, tell the same
            var half = (own >> BoundLine.HalfBits).AsInt32();
            var isBelow = Vector256.GreaterThan((range >> BoundLine.HalfBits).AsInt32(), half);
            var isOpen = Vector256.AndNot(
                Vector256.GreaterThanOrEqual((range & Vector256.Create(HalfMask)).AsInt32(), half), isBelow);
            Vector256.ConditionalSelect(isOpen.AsUInt32(), own, isBelow.AsUInt32()).StoreUnsafe(ref word, (nuint)i);
            for (var lanes = isOpen.ExtractMostSignificantBits(); lanes != 0; lanes &= lanes - 1)
            {
                Unsafe.Add(ref first, left++) = i + BitOperations.TrailingZeroCount(lanes);
            }
        }

        for (; i < words.Length; i++)
        {
            var (range, half) = (ranges[buckets[i]], words[i] >> BoundLine.HalfBits);
            if (range >> BoundLine.HalfBits > half)
            {
                words[i] = uint.MaxValue;
            }
            else if ((range & HalfMask) < half)
            {
                words[i] = 0;
            }
            else
            {
                Unsafe.Add(ref first, left++) = i;
            }
        }

        return left;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private unsafe Vector256<uint> RangesOf(Vector256<uint> own)
    {
        if (Avx2.IsSupported)
        {
            fixed (uint* first = ranges)
            {
                return Avx2.GatherVector256(first, own.AsInt32(), sizeof(uint));
            }
        }

        return Vector256.Create(
            ranges[(int)own[0]], ranges[(int)own[1]], ranges[(int)own[2]], ranges[(int)own[3]],
            ranges[(int)own[4]], ranges[(int)own[5]], ranges[(int)own[6]], ranges[(int)own[7]]);
    }

    [MethodImpl(Compile.AtOnce)]
    private void Count()
    {
        ref var bucket = ref MemoryMarshal.GetArrayDataReference(buckets);
        ref var even = ref MemoryMarshal.GetArrayDataReference(evenCounts);
        ref var odd = ref MemoryMarshal.GetArrayDataReference(oddCounts);
        var i = 0;
        // four buckets in one word: fewer loads
        for (; i <= buckets.Length - 4; i += 4)
        {
            var four = Unsafe.ReadUnaligned<ulong>(ref Unsafe.As<ushort, byte>(ref Unsafe.Add(ref bucket, i)));
            Unsafe.Add(ref even, (nint)(ushort)four)++;
            Unsafe.Add(ref odd, (nint)(ushort)(four >> 16))++;
            Unsafe.Add(ref even, (nint)(ushort)(four >> 32))++;
            Unsafe.Add(ref odd, (nint)(four >> 48))++;
        }

        for (; i < buckets.Length; i++)
        {
            Unsafe.Add(ref even, Unsafe.Add(ref bucket, i))++;
        }
    }

    /// <summary>Gives each bucket the bounds of its first rank and of its last, and sets the counts back to zero; those of empty buckets are never read.</summary>
    [MethodImpl(Compile.AtOnce)]
    private void Spread()
    {
        ref var even = ref MemoryMarshal.GetArrayDataReference(evenCounts);
        ref var odd = ref MemoryMarshal.GetArrayDataReference(oddCounts);
        ref var range = ref MemoryMarshal.GetArrayDataReference(ranges);
        ref var start = ref MemoryMarshal.GetArrayDataReference(exact.Starts);
        var before = Vector256<int>.Zero;
        var last = Vector256.Create(Vector256<int>.Count - 1);
        for (nuint i = 0; i < (nuint)ranges.Length; i += (nuint)Vector256<int>.Count)
        {
            var sizes = Vector256.LoadUnsafe(ref even, i) + Vector256.LoadUnsafe(ref odd, i);
            Vector256<int>.Zero.StoreUnsafe(ref even, i);
            Vector256<int>.Zero.StoreUnsafe(ref odd, i);
            var sums = sizes + Vector256.Shuffle(sizes, Vector256.Create(-1, 0, 1, 2, 3, 4, 5, 6));
            sums += Vector256.Shuffle(sums, Vector256.Create(-1, -1, 0, 1, 2, 3, 4, 5));
            sums += Vector256.Shuffle(sums, Vector256.Create(-1, -1, -1, -1, 0, 1, 2, 3));
            var ends = sums + before;
            var starts = ends - sizes;
            starts.StoreUnsafe(ref start, i);
            ((line.Below(starts) << BoundLine.HalfBits) | line.Above(ends - Vector256<int>.One)).StoreUnsafe(ref range, i);
            before += Vector256.Shuffle(sums, last);
        }

        // a zero is the same whether it is kept or dropped
        range = 0;
    }

    /// <summary>An element's bucket is the high bits of its magnitude, counted down from the largest. Zeros have the first bucket, except in rows of zeros only.</summary>
    [MethodImpl(Compile.AtOnce)]
    private void FindBuckets(ReadOnlySpan<int> row, int largest)
    {
        ref var value = ref MemoryMarshal.GetReference(row);
        ref var bucket = ref MemoryMarshal.GetArrayDataReference(buckets);
        var below = (largest >> shift) - (ranges.Length - 1);
        var (origin, magnitude) = (Vector256.Create(below), Vector256.Create(int.MaxValue));
        var i = 0;
        for (; i <= row.Length - (2 * Vector256<int>.Count); i += 2 * Vector256<int>.Count)
        {
            Vector256.Narrow(Bucket(Vector256.LoadUnsafe(ref value, (nuint)i)), Bucket(Vector256.LoadUnsafe(ref value, (nuint)(i + Vector256<int>.Count)))).StoreUnsafe(ref bucket, (nuint)i);
        }

        for (; i < row.Length; i++)
        {
            var own = row[i] & int.MaxValue;
            buckets[i] = (ushort)Math.Max((own >> shift) - below, Math.Min(own, 1));
        }

        Vector256<uint> Bucket(Vector256<int> bits)
        {
            var own = bits & magnitude;
            return Vector256.Max((own >> shift) - origin, Vector256.Min(own, Vector256<int>.One)).AsUInt32();
        }
    }

    /// <summary>The bits of the largest magnitude: as integers, magnitudes are ordered like the numbers, and what is no number comes last.</summary>
    [MethodImpl(Compile.AtOnce)]
    private static int Largest(ReadOnlySpan<int> bits)
    {
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

        return largest;
    }
}
