using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace MergeOps.Tensors;

/// <summary>Counts how the elements of two tensors compare, piece by piece.</summary>
internal abstract class ElementTally
{
    // Most merges leave long runs untouched; comparing them as memory is 50 times faster than element by element.
    private const int RunLength = 4096;

    /// <summary>Elements seen.</summary>
    protected long Count { get; private set; }

    /// <summary>Elements seen that are equal bit for bit.</summary>
    protected long Equal { get; private set; }

    /// <summary>Bytes of one element.</summary>
    protected abstract int Size { get; }

    /// <summary>The tally for a dtype.</summary>
    public static ElementTally For(DType dtype) => dtype switch
    {
        DType.BF16 => new FloatTally<short, BFloat16Format>(),
        DType.F16 => new FloatTally<short, Float16Format>(),
        DType.F32 => new FloatTally<int, Float32Format>(),
        DType.F64 => new FloatTally<long, Float64Format>(),
        _ => new OpaqueTally(Math.Max(1, dtype.Bits() / 8)),
    };

    /// <summary>Compares the next bytes of both: whole elements, equally many.</summary>
    public void Add(ReadOnlySpan<byte> a, ReadOnlySpan<byte> b)
    {
        for (; !a.IsEmpty; a = a[Math.Min(RunLength, a.Length)..], b = b[Math.Min(RunLength, b.Length)..])
        {
            var runA = a[..Math.Min(RunLength, a.Length)];
            var runB = b[..Math.Min(RunLength, b.Length)];
            Count += runA.Length / Size;
            if (runA.SequenceEqual(runB))
            {
                Equal += runA.Length / Size;
            }
            else
            {
                Equal += AddUnequal(runA, runB);
            }
        }
    }

    /// <summary>What was counted.</summary>
    public abstract ValueDifference Result();

    /// <summary>Looks at the elements of a run that differs somewhere.</summary>
    /// <returns>How many of them are equal bit for bit.</returns>
    protected abstract long AddUnequal(ReadOnlySpan<byte> a, ReadOnlySpan<byte> b);

    /// <summary>Elements that are only equal or not.</summary>
    private sealed class OpaqueTally(int size) : ElementTally
    {
        protected override int Size => size;

        public override ValueDifference Result() => new(Count, Equal, null, null, null, 0);

        protected override long AddUnequal(ReadOnlySpan<byte> a, ReadOnlySpan<byte> b)
        {
            var equal = 0L;
            for (var i = 0; i < a.Length; i += size)
            {
                equal += a.Slice(i, size).SequenceEqual(b.Slice(i, size)) ? 1 : 0;
            }

            return equal;
        }
    }

    /// <summary>Numbers: how far apart they are, too. The format is little-endian, and so is every machine that libtorch runs on.</summary>
    private sealed class FloatTally<TBits, TFormat> : ElementTally
        where TBits : unmanaged, IBinaryInteger<TBits>
        where TFormat : IFloatFormat<TBits>
    {
        // 0, 1, 2-3, 4-7, 8-15, 16 and more units in the last place
        private readonly long[] distances = new long[6];
        private long nonFinite;
        private double largest, squares;

        protected override int Size => Unsafe.SizeOf<TBits>();

        public override ValueDifference Result()
        {
            var finite = Count - nonFinite;
            var ulps = new UlpHistogram(Equal + distances[0], distances[1], distances[2], distances[3] + distances[4], distances[5]);
            return new ValueDifference(
                Count, Equal, ulps, largest, finite == 0 ? 0 : Math.Min(Math.Sqrt(squares / finite), double.MaxValue), nonFinite);
        }

        protected override long AddUnequal(ReadOnlySpan<byte> a, ReadOnlySpan<byte> b)
        {
            var elementsA = MemoryMarshal.Cast<byte, TBits>(a);
            var elementsB = MemoryMarshal.Cast<byte, TBits>(b);
            var equal = 0L;
            for (var i = 0; i < elementsA.Length; i++)
            {
                if (elementsA[i] == elementsB[i])
                {
                    equal++;
                }
                else
                {
                    AddPair(elementsA[i], elementsB[i]);
                }
            }

            return equal;
        }

        private void AddPair(TBits a, TBits b)
        {
            var (valueA, valueB) = (TFormat.Value(a), TFormat.Value(b));
            if (!double.IsFinite(valueA) || !double.IsFinite(valueB))
            {
                nonFinite++;
                return;
            }

            // Two huge float64 numbers of different signs lie further apart than a number can say.
            var difference = Math.Min(Math.Abs(valueA - valueB), double.MaxValue);
            largest = Math.Max(largest, difference);
            squares += difference * difference;

            // Their places can be 2^64 apart, so the subtraction may wrap.
            var (placeA, placeB) = (TFormat.Place(a), TFormat.Place(b));
            var distance = unchecked((ulong)(Math.Max(placeA, placeB) - Math.Min(placeA, placeB)));
            distances[distance == 0 ? 0 : Math.Min(BitOperations.Log2(distance) + 1, distances.Length - 1)]++;
        }
    }
}
