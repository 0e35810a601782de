using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using MergeOps.Tensors;

namespace MergeOps.Merging.Reading.Numbers;

/// <summary>IEEE binary16, by the branch-free conversions of the FP16 library (Dukhan, github.com/Maratyszcza/FP16).</summary>
internal static class Float16
{
    private const float TwoTo112 = 5.192296858534828e33f;
    private const float TwoToMinus110 = 7.70371977754894e-34f;

    /// <summary>Widens exactly.</summary>
    [MethodImpl(Compile.AtOnce)]
    public static void Widen(ReadOnlySpan<ushort> from, Span<float> to)
    {
        ref var source = ref MemoryMarshal.GetReference(from);
        ref var target = ref MemoryMarshal.GetReference(to);
        var i = 0;
        for (; i <= from.Length - Vector<ushort>.Count; i += Vector<ushort>.Count)
        {
            Vector.Widen(Vector.LoadUnsafe(ref source, (nuint)i), out var lower, out var upper);
            Widen(lower).StoreUnsafe(ref target, (nuint)i);
            Widen(upper).StoreUnsafe(ref target, (nuint)(i + Vector<float>.Count));
        }

        for (; i < from.Length; i++)
        {
            to[i] = (float)BitConverter.UInt16BitsToHalf(from[i]);
        }
    }

    /// <summary>Rounds to nearest, ties to even; a NaN stays one, what is too large becomes an infinity.</summary>
    [MethodImpl(Compile.AtOnce)]
    public static void Narrow(ReadOnlySpan<float> from, Span<ushort> to)
    {
        ref var source = ref MemoryMarshal.GetReference(from);
        ref var target = ref MemoryMarshal.GetReference(to);
        var i = 0;
        for (; i <= to.Length - Vector<ushort>.Count; i += Vector<ushort>.Count)
        {
            var lower = Narrow(Vector.LoadUnsafe(ref source, (nuint)i));
            var upper = Narrow(Vector.LoadUnsafe(ref source, (nuint)(i + Vector<float>.Count)));
            Vector.Narrow(lower, upper).StoreUnsafe(ref target, (nuint)i);
        }

        for (; i < to.Length; i++)
        {
            to[i] = BitConverter.HalfToUInt16Bits((Half)from[i]);
        }
    }

    private static Vector<float> Widen(Vector<uint> bits)
    {
        var magnitude = (bits & new Vector<uint>(0x7fff)) << 13;
        var special = Vector.GreaterThanOrEqual(magnitude, new Vector<uint>(0x7c00u << 13)) & new Vector<uint>(0x7f800000);
        var scaled = Vector.AsVectorUInt32(Vector.AsVectorSingle(magnitude) * new Vector<float>(TwoTo112));
        return Vector.AsVectorSingle(((bits & new Vector<uint>(0x8000)) << 16) | scaled | special);
    }

    private static Vector<uint> Narrow(Vector<float> values)
    {
        var bits = Vector.AsVectorUInt32(values);
        var doubled = bits + bits;
        var rounded = Vector.Abs(values) * new Vector<float>(TwoTo112) * new Vector<float>(TwoToMinus110);
        var bias = Vector.Max(doubled & new Vector<uint>(0xff000000), new Vector<uint>(0x71000000));
        var sum = Vector.AsVectorUInt32(Vector.AsVectorSingle((bias >> 1) + new Vector<uint>(0x07800000)) + rounded);
        var magnitude = ((sum >> 13) & new Vector<uint>(0x7c00)) + (sum & new Vector<uint>(0x0fff));
        var isNaN = Vector.GreaterThan(doubled, new Vector<uint>(0xff000000));
        return ((bits >> 16) & new Vector<uint>(0x8000)) | Vector.ConditionalSelect(isNaN, new Vector<uint>(0x7e00), magnitude);
    }
}
