using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace MergeOps.Methods.Operators.Cpu;

/// <summary>Orders the elements of rows by magnitude; equal magnitudes keep their order.</summary>
/// <param name="length">The elements of a row.</param>
internal sealed class RowRanks(int length)
{
    private const int DigitBits = 8;
    private const int Passes = 4;
    private const int MagnitudeShift = 32;

    private readonly int[] starts = new int[Passes << DigitBits];
    private readonly ulong[] spare = new ulong[length];
    private readonly ulong[] sorted = new ulong[length];

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
        var (from, to) = (sorted, spare);
        Array.Clear(starts);
        for (var i = 0; i < row.Length; i++)
        {
            var magnitude = row[i] & int.MaxValue;
            from[i] = ((ulong)magnitude << MagnitudeShift) | (uint)i;
            for (var pass = 0; pass < Passes; pass++)
            {
                starts[(pass << DigitBits) | (int)((magnitude >> (pass * DigitBits)) & 0xFF)]++;
            }
        }

        for (var pass = 0; pass < Passes; pass++)
        {
            var places = starts.AsSpan(pass << DigitBits, 1 << DigitBits);
            if (places.Contains(row.Length))
            {
                continue;
            }

            ToStarts(places);
            Distribute(from.AsSpan(0, row.Length), to, places, MagnitudeShift + (pass * DigitBits));
            (from, to) = (to, from);
        }

        for (var rank = 0; rank < row.Length; rank++)
        {
            order[rank] = (int)(uint)from[rank];
        }
    }

    private static void ToStarts(Span<int> counts)
    {
        var start = 0;
        foreach (ref var count in counts)
        {
            (count, start) = (start, start + count);
        }
    }

    private static void Distribute(ReadOnlySpan<ulong> from, ulong[] to, Span<int> places, int shift)
    {
        ref var place = ref MemoryMarshal.GetReference(places);
        foreach (var key in from)
        {
            to[Unsafe.Add(ref place, (int)(key >> shift) & 0xFF)++] = key;
        }
    }
}
