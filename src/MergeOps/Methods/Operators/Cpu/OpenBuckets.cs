using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;
using MergeOps.Tensors;

namespace MergeOps.Methods.Operators.Cpu;

/// <summary>
/// The members of the few buckets of a row in which a rank is in question: that rank is the number of smaller magnitudes among
/// them, and of the elements of all other buckets below.
/// </summary>
/// <param name="rowLength">Elements of a row.</param>
/// <param name="bucketCount">The number of buckets; a higher one holds larger magnitudes.</param>
internal sealed class OpenBuckets(int rowLength, int bucketCount)
{
    private const int BitsOfWord = 32;

    /// <summary>The bits of a mark's number: two vectors hold that many marks. Where there are more buckets, neighbors share one.</summary>
    private const int MarkBits = 10;

    /// <summary>The bits of a bucket that its mark leaves out.</summary>
    private readonly int shift = Math.Max(0, BitOperations.Log2((uint)(bucketCount - 1)) + 1 - MarkBits);

    private readonly uint[] marks = new uint[(1 << MarkBits) / BitsOfWord];

    /// <summary>The elements of buckets below a marked one that are no members.</summary>
    private readonly int[] others = new int[1 << MarkBits];

    private readonly int[] members = new int[rowLength + Vector512<int>.Count];
    private readonly int[] places = new int[rowLength];
    private int count;

    /// <summary>Whether this processor finds members faster than it would compare each element in question with the whole row.</summary>
    public static bool IsFast => Vector512.IsHardwareAccelerated && Avx512F.IsSupported;

    /// <summary>Marks the buckets of some elements.</summary>
    /// <param name="buckets">The bucket of each element of the row.</param>
    /// <param name="wanted">The elements in question.</param>
    /// <param name="starts">The rank at which each bucket begins.</param>
    /// <returns>The number of members.</returns>
    public int Mark(ReadOnlySpan<ushort> buckets, ReadOnlySpan<int> wanted, int[] starts)
    {
        Array.Clear(marks);
        foreach (var index in wanted)
        {
            var mark = buckets[index] >> shift;
            marks[mark / BitsOfWord] |= 1u << mark;
        }

        count = 0;
        for (var word = 0; word < marks.Length; word++)
        {
            for (var left = marks[word]; left != 0; left &= left - 1)
            {
                var mark = (word * BitsOfWord) + BitOperations.TrailingZeroCount(left);
                var (first, next) = (mark << shift, (mark + 1) << shift);
                others[mark] = starts[first] - count;
                count += (next < starts.Length ? starts[next] : buckets.Length) - starts[first];
            }
        }

        return count;
    }

    /// <summary>Brings the magnitudes of the members together in their order, after <see cref="Mark"/>.</summary>
    [MethodImpl(Compile.AtOnce)]
    public void Gather(ReadOnlySpan<int> bits, ReadOnlySpan<ushort> buckets, ReadOnlySpan<int> wanted)
    {
        ref var value = ref MemoryMarshal.GetReference(bits);
        ref var bucket = ref MemoryMarshal.GetReference(buckets);
        ref var member = ref MemoryMarshal.GetArrayDataReference(members);
        var (lower, upper) = (Vector512.LoadUnsafe(ref marks[0]), Vector512.LoadUnsafe(ref marks[Vector512<uint>.Count]));
        var (i, found, next) = (0, 0, 0);
        for (; i <= bits.Length - Vector512<int>.Count; i += Vector512<int>.Count)
        {
            var mark = Avx512F.ConvertToVector512UInt32(Vector256.LoadUnsafe(ref bucket, (nuint)i)) >> shift;
            var word = Avx512F.PermuteVar16x32x2(lower, mark >> 5, upper);
            // the mark's bit becomes the sign
            var isMember = Vector512.LessThan(Avx512F.ShiftLeftLogicalVariable(word, ~mark & Vector512.Create(BitsOfWord - 1u)).AsInt32(), Vector512<int>.Zero);
            Avx512F.Compress(Vector512<int>.Zero, isMember, Vector512.LoadUnsafe(ref value, (nuint)i)).StoreUnsafe(ref member, (nuint)found);
            var lanes = (uint)isMember.ExtractMostSignificantBits();
            for (; next < wanted.Length && wanted[next] < i + Vector512<int>.Count; next++)
            {
                places[next] = found + BitOperations.PopCount(lanes & ((1u << (wanted[next] - i)) - 1));
            }

            found += BitOperations.PopCount(lanes);
        }

        for (; i < bits.Length; i++)
        {
            if (next < wanted.Length && wanted[next] == i)
            {
                places[next++] = found;
            }

            var mark = buckets[i] >> shift;
            Unsafe.Add(ref member, found) = bits[i];
            found += (int)((marks[mark / BitsOfWord] >> mark) & 1);
        }
    }

    /// <summary>The rank of an element in question, after <see cref="Gather"/>.</summary>
    /// <param name="number">Which of them it is.</param>
    /// <param name="bucket">Its bucket.</param>
    public int RankOf(int number, int bucket) => others[bucket >> shift] + MagnitudeRank.Of(members.AsSpan(0, count), places[number]);
}
