using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using MergeOps.Tensors;

namespace MergeOps.Methods.Operators.Cpu;

/// <summary>Drops elements by random words, with a probability that hangs on the rank by magnitude in the row.</summary>
internal sealed class RankMask<T>
    where T : unmanaged, INumber<T>
{
    private readonly RankBuckets buckets;
    private readonly RowRanks ranks;
    private readonly int[] order;
    private readonly uint[] words;
    private readonly uint[] bounds;
    private readonly T[]? divisors;

    /// <summary>A mask for rows of one length.</summary>
    public RankMask(int rowLength, (double Lowest, double Highest) probabilities, bool divide)
    {
        var ofRanks = Enumerable.Range(0, rowLength)
            .Select(rank => rowLength == 1 ? 0.5 : rank / (double)(rowLength - 1))
            .Select(share => (share * (probabilities.Highest - probabilities.Lowest)) + probabilities.Lowest)
            .ToArray();
        bounds = Array.ConvertAll(ofRanks, RandomWords.Bound);
        divisors = divide ? Array.ConvertAll(ofRanks, T.CreateTruncating) : null;
        buckets = new RankBuckets(bounds);
        ranks = new RowRanks(rowLength);
        order = new int[rowLength];
        words = new uint[rowLength];
    }

    /// <summary>Keeps elements of whole rows, the others become zero.</summary>
    public void Keep(Span<T> rows, long start, RandomWords random)
    {
        var lanes = new PhiloxLanes(random);
        for (var first = 0; first < rows.Length; first += order.Length)
        {
            var row = rows.Slice(first, order.Length);
            RandomMask.Words(lanes, start + first, words);
            if (divisors is not null || typeof(T) != typeof(float))
            {
                MaskBySorting(row);
            }
            else if (!buckets.TryMask(MemoryMarshal.Cast<T, float>(row), words))
            {
                RandomMask.Words(lanes, start + first, words);
                MaskBySorting(row);
            }

            Apply(row);
        }
    }

    private void MaskBySorting(Span<T> row)
    {
        ranks.Order<T>(row, order);
        for (var rank = 0; rank < order.Length; rank++)
        {
            ref var word = ref words[order[rank]];
            word = (uint)(((long)word - bounds[rank]) >> 63);
            if (divisors is not null)
            {
                row[order[rank]] /= divisors[rank];
            }
        }
    }

    /// <summary>Sets the elements to zero whose word is zero.</summary>
    [MethodImpl(Compile.AtOnce)]
    private void Apply(Span<T> row)
    {
        if (typeof(T) == typeof(float))
        {
            var bits = MemoryMarshal.Cast<T, uint>(row);
            ref var first = ref MemoryMarshal.GetReference(bits);
            var done = 0;
            for (; done <= bits.Length - Vector<uint>.Count; done += Vector<uint>.Count)
            {
                (Vector.LoadUnsafe(ref first, (nuint)done) & new Vector<uint>(words, done)).StoreUnsafe(ref first, (nuint)done);
            }

            for (; done < bits.Length; done++)
            {
                bits[done] &= words[done];
            }

            return;
        }

        for (var i = 0; i < row.Length; i++)
        {
            row[i] = words[i] == 0 ? T.Zero : row[i];
        }
    }
}
