using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using MergeOps.Tensors;

namespace MergeOps.Merging.Reading.Numbers;

/// <summary>Looks for NaN and infinities in stored bytes: numbers whose exponent bits are all set.</summary>
internal static class FiniteCheck
{
    /// <summary>Index of the first NaN or infinity, or -1.</summary>
    public static int IndexOfNonFinite(ReadOnlySpan<byte> bytes, DType dtype) => dtype switch
    {
        DType.BF16 => IndexOf<ushort>(bytes, 0x7f80),
        DType.F16 => IndexOf<ushort>(bytes, 0x7c00),
        DType.F32 => IndexOf<uint>(bytes, 0x7f800000),
        DType.F64 => IndexOf<ulong>(bytes, 0x7ff0000000000000),
        _ => Float8.IndexOfNonFinite(bytes, dtype),
    };

    [MethodImpl(Compile.AtOnce)]
    private static int IndexOf<T>(ReadOnlySpan<byte> bytes, T exponent)
        where T : unmanaged, IBinaryInteger<T>
    {
        var values = MemoryMarshal.Cast<byte, T>(bytes);
        ref var first = ref MemoryMarshal.GetReference(values);
        var mask = new Vector<T>(exponent);
        var i = 0;
        // one question for four vectors, since the answer is nearly always no
        for (; i <= values.Length - (4 * Vector<T>.Count); i += 4 * Vector<T>.Count)
        {
            var found = AreNonFinite(ref first, i, mask) | AreNonFinite(ref first, i + Vector<T>.Count, mask)
                | AreNonFinite(ref first, i + (2 * Vector<T>.Count), mask) | AreNonFinite(ref first, i + (3 * Vector<T>.Count), mask);
            if (found != Vector<T>.Zero)
            {
                break;
            }
        }

        for (; i < values.Length; i++)
        {
            if ((values[i] & exponent) == exponent)
            {
                return i;
            }
        }

        return -1;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector<T> AreNonFinite<T>(ref T first, int index, Vector<T> mask)
        where T : unmanaged, IBinaryInteger<T> => Vector.Equals(Vector.LoadUnsafe(ref first, (nuint)index) & mask, mask);
}
