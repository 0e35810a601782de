using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace MergeOps.Methods.Operators.Cpu;

/// <summary>Orders the elements of rows by magnitude; equal magnitudes keep their order.</summary>
internal sealed class RowRanks
{
    private const int MagnitudeBits = 31;
    private const int MagnitudeShift = 32;

    private readonly int digitBits;
    private readonly int[][] places;
    private ulong[] from;
    private ulong[] to;

    /// <summary>Buffers for rows of one length; longer rows are sorted by longer digits.</summary>
    public RowRanks(int length)
    {
        digitBits = length < 1500 ? 8 : 11;
        places = [.. Enumerable.Range(0, (MagnitudeBits + digitBits - 1) / digitBits).Select(_ => new int[1 << digitBits])];
        from = new ulong[length];
        to = new ulong[length];
    }

    /// <summary>The indexes of a row's elements, from the smallest magnitude to the largest, written to <paramref name="order"/>.</summary>
    public void Order<T>(ReadOnlySpan<T> row, Span<int> order)
        where T : unmanaged, INumber<T>
    {
        if (typeof(T) == typeof(double))
        {
            Order(MemoryMarshal.Cast<T, double>(row), order);
        }
        else
        {
            Order(MemoryMarshal.Cast<T, uint>(row), order);
        }
    }

    private static void Order(ReadOnlySpan<double> row, Span<int> order)
    {
        var pairs = new (double Magnitude, int Index)[row.Length];
        for (var i = 0; i < row.Length; i++)
        {
            pairs[i] = (Math.Abs(row[i]), i);
        }

        Array.Sort(pairs);
        for (var rank = 0; rank < pairs.Length; rank++)
        {
            order[rank] = pairs[rank].Index;
        }
    }

    /// <summary>A radix sort over the bits of the magnitudes, which are ordered like the magnitudes.</summary>
    private void Order(ReadOnlySpan<uint> row, Span<int> order)
    {
        Fill(row);
        for (var pass = 0; pass < places.Length; pass++)
        {
            // where all share a digit there is nothing to sort by
            if (!places[pass].AsSpan().Contains(row.Length))
            {
                ToStarts(places[pass]);
                Distribute(MagnitudeShift + (pass * digitBits), places[pass]);
                (from, to) = (to, from);
            }
        }

        for (var rank = 0; rank < order.Length; rank++)
        {
            order[rank] = (int)(uint)from[rank];
        }
    }

    /// <summary>Puts each element's magnitude and index into one number, and counts every digit.</summary>
    private void Fill(ReadOnlySpan<uint> row)
    {
        var mask = (1u << digitBits) - 1;
        foreach (var digits in places)
        {
            Array.Clear(digits);
        }

        for (var i = 0; i < row.Length; i++)
        {
            from[i] = ((ulong)(row[i] & int.MaxValue) << MagnitudeShift) | (uint)i;
        }

        for (var pass = 0; pass < places.Length; pass++)
        {
            var shift = pass * digitBits;
            ref var count = ref MemoryMarshal.GetArrayDataReference(places[pass]);
            foreach (var bits in row)
            {
                Unsafe.Add(ref count, (int)(((bits & int.MaxValue) >> shift) & mask))++;
            }
        }
    }

    private static void ToStarts(int[] counts)
    {
        var start = 0;
        foreach (ref var count in counts.AsSpan())
        {
            (count, start) = (start, start + count);
        }
    }

    private void Distribute(int shift, int[] starts)
    {
        var mask = (1 << digitBits) - 1;
        ref var place = ref MemoryMarshal.GetArrayDataReference(starts);
        ref var target = ref MemoryMarshal.GetArrayDataReference(to);
        foreach (var key in from)
        {
            Unsafe.Add(ref target, Unsafe.Add(ref place, (int)(key >> shift) & mask)++) = key;
        }
    }
}
