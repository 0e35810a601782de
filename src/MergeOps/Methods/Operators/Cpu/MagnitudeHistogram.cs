using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace MergeOps.Methods.Operators.Cpu;

/// <summary>Counts the magnitudes of floating-point numbers, given as the integers of their bits, by one digit of these bits.</summary>
internal static class MagnitudeHistogram
{
    /// <summary>Counts every element by its highest digit.</summary>
    public static void CountAll<T>(ReadOnlySpan<T> values, T magnitudeBits, int shift, uint[] counts)
        where T : unmanaged, IBinaryInteger<T>
    {
        ref var count = ref MemoryMarshal.GetArrayDataReference(counts);
        foreach (var value in values)
        {
            Unsafe.Add(ref count, int.CreateTruncating((value & magnitudeBits) >> shift))++;
        }
    }

    /// <summary>Counts the elements whose higher digits are <paramref name="prefix"/>, by the next digit.</summary>
    public static void CountBelow<T>(
        ReadOnlySpan<T> values, T magnitudeBits, T prefix, int prefixShift, int shift, uint[] counts)
        where T : unmanaged, IBinaryInteger<T>
    {
        var i = 0;
        for (; i <= values.Length - Vector<T>.Count; i += Vector<T>.Count)
        {
            var magnitude = new Vector<T>(values.Slice(i, Vector<T>.Count)) & new Vector<T>(magnitudeBits);
            if (Vector.EqualsAny(magnitude >> prefixShift, new Vector<T>(prefix)))
            {
                CountSingly(values.Slice(i, Vector<T>.Count), magnitudeBits, prefix, prefixShift, shift, counts);
            }
        }

        CountSingly(values[i..], magnitudeBits, prefix, prefixShift, shift, counts);
    }

    private static void CountSingly<T>(
        ReadOnlySpan<T> values, T magnitudeBits, T prefix, int prefixShift, int shift, uint[] counts)
        where T : unmanaged, IBinaryInteger<T>
    {
        var digitMask = (1 << (prefixShift - shift)) - 1;
        foreach (var value in values)
        {
            var magnitude = value & magnitudeBits;
            if (magnitude >> prefixShift == prefix)
            {
                counts[int.CreateTruncating(magnitude >> shift) & digitMask]++;
            }
        }
    }
}
