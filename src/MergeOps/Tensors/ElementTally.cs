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
        DType.BF16 => new FloatTally<BFloat16Format>(),
        DType.F16 => new FloatTally<Float16Format>(),
        DType.F32 => new FloatTally<Float32Format>(),
        DType.F64 => new FloatTally<Float64Format>(),
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

    /// <summary>Numbers: how far apart they are, too.</summary>
    private sealed class FloatTally<TFormat> : ElementTally
        where TFormat : IFloatFormat
    {
        private long zero, one, few, some, many, nonFinite;
        private double largest, squares;

        protected override int Size => TFormat.Size;

        public override ValueDifference Result()
        {
            var finite = Count - nonFinite;
            return new ValueDifference(
                Count, Equal, new UlpHistogram(Equal + zero, one, few, some, many),
                largest, finite == 0 ? 0 : Math.Min(Math.Sqrt(squares / finite), double.MaxValue), nonFinite);
        }

        protected override long AddUnequal(ReadOnlySpan<byte> a, ReadOnlySpan<byte> b)
        {
            var equal = 0L;
            for (var i = 0; i < a.Length; i += TFormat.Size)
            {
                var elementA = a.Slice(i, TFormat.Size);
                var elementB = b.Slice(i, TFormat.Size);
                if (elementA.SequenceEqual(elementB))
                {
                    equal++;
                }
                else
                {
                    AddPair(elementA, elementB);
                }
            }

            return equal;
        }

        private void AddPair(ReadOnlySpan<byte> a, ReadOnlySpan<byte> b)
        {
            if (!double.IsFinite(TFormat.Value(a)) || !double.IsFinite(TFormat.Value(b)))
            {
                nonFinite++;
                return;
            }

            // Two huge float64 numbers of different signs lie further apart than a number can say.
            var difference = Math.Min(Math.Abs(TFormat.Value(a) - TFormat.Value(b)), double.MaxValue);
            largest = Math.Max(largest, difference);
            squares += difference * difference;
            var (placeA, placeB) = (TFormat.Place(a), TFormat.Place(b));

            // The places of two float64 numbers can be 2^64 apart, so the subtraction may wrap.
            switch (unchecked((ulong)(Math.Max(placeA, placeB) - Math.Min(placeA, placeB))))
            {
                case 0:
                    zero++;
                    break;
                case 1:
                    one++;
                    break;
                case <= 3:
                    few++;
                    break;
                case <= 15:
                    some++;
                    break;
                default:
                    many++;
                    break;
            }
        }
    }
}
