using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using MergeOps.Tensors;

namespace MergeOps.Methods.Operators.Cpu;

/// <summary>The magnitudes of a row, bucket after bucket and in each in their order, for exact ranks of many of them.</summary>
/// <param name="rowLength">Elements of a row.</param>
/// <param name="bucketCount">The number of buckets; a higher one holds larger magnitudes.</param>
internal sealed class BucketMembers(int rowLength, int bucketCount)
{
    private readonly int[] gathered = new int[rowLength];
    private readonly int[] places = new int[rowLength];

    /// <summary>Where each bucket begins, and the end of the last one.</summary>
    private readonly int[] starts = new int[bucketCount + 1];
    private readonly int[] next = new int[bucketCount];

    /// <summary>Takes a row.</summary>
    /// <param name="bits">The bits of its elements.</param>
    /// <param name="buckets">The bucket of each.</param>
    /// <param name="sizes">The number of elements in each bucket.</param>
    [MethodImpl(Compile.AtOnce)]
    public void Gather(ReadOnlySpan<int> bits, ReadOnlySpan<int> buckets, ReadOnlySpan<int> sizes)
    {
        var start = 0;
        for (var bucket = 0; bucket < sizes.Length; bucket++)
        {
            starts[bucket] = next[bucket] = start;
            start += sizes[bucket];
        }

        starts[^1] = start;
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

    /// <summary>The rank of an element in its row.</summary>
    public int Rank(int index, int bucket)
    {
        var start = starts[bucket];
        return start + MagnitudeRank.Of(gathered.AsSpan(start, starts[bucket + 1] - start), places[index] - start);
    }
}
