using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using MergeOps.Tensors;

namespace MergeOps.Merging.Reading.Numbers;

/// <summary>bfloat16: the upper half of a float32.</summary>
internal static class Bfloat16
{
    private const uint QuietNaN = 0x7fc00000;

    /// <summary>Widens exactly.</summary>
    [MethodImpl(Compile.AtOnce)]
    public static void Widen(ReadOnlySpan<ushort> from, Span<float> to)
    {
        ref var source = ref MemoryMarshal.GetReference(from);
        ref var target = ref MemoryMarshal.GetReference(MemoryMarshal.Cast<float, uint>(to));
        var i = 0;
        for (; i <= from.Length - Vector<ushort>.Count; i += Vector<ushort>.Count)
        {
            Vector.Widen(Vector.LoadUnsafe(ref source, (nuint)i), out var lower, out var upper);
            (lower << 16).StoreUnsafe(ref target, (nuint)i);
            (upper << 16).StoreUnsafe(ref target, (nuint)(i + Vector<uint>.Count));
        }

        for (; i < from.Length; i++)
        {
            to[i] = BitConverter.UInt32BitsToSingle((uint)from[i] << 16);
        }
    }

    /// <summary>Rounds to nearest, ties to even; a NaN stays one.</summary>
    [MethodImpl(Compile.AtOnce)]
    public static void Narrow(ReadOnlySpan<float> from, Span<ushort> to)
    {
        ref var source = ref MemoryMarshal.GetReference(from);
        ref var target = ref MemoryMarshal.GetReference(to);
        var i = 0;
        for (; i <= to.Length - Vector<ushort>.Count; i += Vector<ushort>.Count)
        {
            var lower = Round(Vector.LoadUnsafe(ref source, (nuint)i));
            var upper = Round(Vector.LoadUnsafe(ref source, (nuint)(i + Vector<float>.Count)));
            Vector.Narrow(lower, upper).StoreUnsafe(ref target, (nuint)i);
        }

        for (; i < to.Length; i++)
        {
            var bits = float.IsNaN(from[i]) ? QuietNaN : BitConverter.SingleToUInt32Bits(from[i]);
            to[i] = (ushort)((bits + 0x7fff + ((bits >> 16) & 1)) >> 16);
        }
    }

    private static Vector<uint> Round(Vector<float> values)
    {
        var isNumber = Vector.AsVectorUInt32(Vector.Equals(values, values));
        var bits = Vector.ConditionalSelect(isNumber, Vector.AsVectorUInt32(values), new Vector<uint>(QuietNaN));
        return (bits + new Vector<uint>(0x7fff) + ((bits >> 16) & Vector<uint>.One)) >> 16;
    }
}
