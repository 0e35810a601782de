using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using MergeOps.Tensors;

namespace MergeOps.Methods.Operators.Cpu;

/// <summary>The exact ranks of some elements of a row whose buckets are known.</summary>
/// <param name="rowLength">Elements of a row.</param>
/// <param name="bucketCount">The number of buckets; a higher one holds larger magnitudes.</param>
internal sealed class ExactRanks(int rowLength, int bucketCount)
{
    /// <summary>The most comparisons for each element of a row with which it is faster to gather only the buckets in question.</summary>
    private const int ComparisonsLikeGathering = 32;

    /// <summary>For so few elements, where gathering some buckets is slow, comparing each with the whole row is faster than gathering the members of the buckets.</summary>
    private const int MostAlone = 20;

    /// <summary>In a bucket of more members it pays to see first whether all are equal.</summary>
    private const int Crowd = 64;

    /// <summary>So many comparisons for each element of a row take as long as sorting it.</summary>
    private const int ComparisonsLikeSort = 32;

    private readonly OpenBuckets? few = OpenBuckets.IsFast ? new(rowLength, bucketCount) : null;
    private readonly int[] gathered = new int[rowLength];
    private readonly int[] places = new int[rowLength];
    private readonly int[] next = new int[bucketCount];

    /// <summary>The last bucket that was found to hold equal magnitudes, and the last that was found to hold different ones.</summary>
    private int uniform;
    private int mixed;

    /// <summary>How many comparisons are left before sorting is faster.</summary>
    private long comparisons;

    /// <summary>The rank at which each bucket begins.</summary>
    public int[] Starts { get; } = new int[bucketCount];

    /// <summary>Replaces the words of some elements by all ones where they lie below the bounds of their ranks, else by zero.</summary>
    /// <param name="bits">The bits of the row's elements.</param>
    /// <param name="buckets">The bucket of each.</param>
    /// <param name="wanted">The elements.</param>
    /// <param name="bounds">The bound of each rank.</param>
    /// <param name="words">The words of the row.</param>
    /// <returns>False where a sort of the row is faster.</returns>
    public bool TryDecide(ReadOnlySpan<int> bits, ReadOnlySpan<ushort> buckets, ReadOnlySpan<int> wanted, uint[] bounds, Span<uint> words)
    {
        if (wanted.IsEmpty)
        {
            return true;
        }

        if (few is not null && (long)wanted.Length * few.Mark(buckets, wanted, Starts) <= (long)ComparisonsLikeGathering * bits.Length)
        {
            few.Gather(bits, buckets, wanted);
            for (var number = 0; number < wanted.Length; number++)
            {
                Decide(wanted[number], few.RankOf(number, buckets[wanted[number]]), bounds, words);
            }

            return true;
        }

        (uniform, mixed, comparisons) = (-1, -1, (long)ComparisonsLikeSort * bits.Length);
        var isFew = wanted.Length <= MostAlone;
        if (!isFew)
        {
            Gather(bits, buckets);
        }

        foreach (var index in wanted)
        {
            if (comparisons < 0)
            {
                return false;
            }

            Decide(index, isFew ? MagnitudeRank.Of(bits, index) : RankIn(buckets[index], index), bounds, words);
        }

        return true;
    }

    private static void Decide(int index, int rank, uint[] bounds, Span<uint> words) => words[index] = words[index] < bounds[rank] ? uint.MaxValue : 0;

    private int RankIn(int bucket, int index)
    {
        var start = Starts[bucket];
        var members = gathered.AsSpan(start, next[bucket] - start);
        if (members.Length > Crowd && bucket != uniform && bucket != mixed)
        {
            (uniform, mixed) = AreEqual(members) ? (bucket, mixed) : (uniform, bucket);
        }

        if (bucket == uniform)
        {
            return places[index];
        }

        comparisons -= members.Length;
        return start + MagnitudeRank.Of(members, places[index] - start);
    }

    /// <summary>Brings the magnitudes together, bucket after bucket and in each in their order.</summary>
    [MethodImpl(Compile.AtOnce)]
    private void Gather(ReadOnlySpan<int> bits, ReadOnlySpan<ushort> buckets)
    {
        Starts.CopyTo(next, 0);
        ref var free = ref MemoryMarshal.GetArrayDataReference(next);
        ref var target = ref MemoryMarshal.GetArrayDataReference(gathered);
        ref var place = ref MemoryMarshal.GetArrayDataReference(places);
        for (var i = 0; i < bits.Length; i++)
        {
            var at = Unsafe.Add(ref free, buckets[i])++;
            Unsafe.Add(ref target, at) = bits[i];
            Unsafe.Add(ref place, i) = at;
        }
    }

    [MethodImpl(Compile.AtOnce)]
    private static bool AreEqual(ReadOnlySpan<int> bits)
    {
        ref var first = ref MemoryMarshal.GetReference(bits);
        var (own, differences) = (Vector256.Create(first), Vector256<int>.Zero);
        var i = 0;
        for (; i <= bits.Length - Vector256<int>.Count; i += Vector256<int>.Count)
        {
            differences |= Vector256.LoadUnsafe(ref first, (nuint)i) ^ own;
        }

        differences &= Vector256.Create(int.MaxValue);
        var different = Vector256.EqualsAll(differences, Vector256<int>.Zero) ? 0 : 1;
        for (; i < bits.Length; i++)
        {
            different |= (bits[i] ^ first) & int.MaxValue;
        }

        return different == 0;
    }
}
