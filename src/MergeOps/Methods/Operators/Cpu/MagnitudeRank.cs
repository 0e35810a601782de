using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using MergeOps.Tensors;

namespace MergeOps.Methods.Operators.Cpu;

/// <summary>Ranks by magnitude, by comparison with every other element.</summary>
internal static class MagnitudeRank
{
    /// <summary>The number of elements with a smaller magnitude, and of those before this one with the same.</summary>
    public static int Of(ReadOnlySpan<int> bits, int index)
    {
        var own = bits[index] & int.MaxValue;
        return CountBelow(bits[..index], own + 1L) + CountBelow(bits[index..], own);
    }

    [MethodImpl(Compile.AtOnce)]
    private static int CountBelow(ReadOnlySpan<int> bits, long bound)
    {
        if (bound > int.MaxValue)
        {
            return bits.Length;
        }

        ref var first = ref MemoryMarshal.GetReference(bits);
        var limit = Vector512.Create((int)bound);
        var magnitude = Vector512.Create(int.MaxValue);
        var (count, i) = (0, 0);
        for (; i <= bits.Length - Vector512<int>.Count; i += Vector512<int>.Count)
        {
            count += BitOperations.PopCount(Below(ref first, i));
        }

        if (i < bits.Length && bits.Length >= Vector512<int>.Count)
        {
            // the last vector overlaps elements that are counted already
            return count + BitOperations.PopCount(Below(ref first, bits.Length - Vector512<int>.Count) >> (Vector512<int>.Count - (bits.Length - i)));
        }

        for (; i < bits.Length; i++)
        {
            count += (bits[i] & int.MaxValue) < bound ? 1 : 0;
        }

        return count;

        ulong Below(ref int bits, int index) =>
            Vector512.LessThan(Vector512.LoadUnsafe(ref bits, (nuint)index) & magnitude, limit).ExtractMostSignificantBits();
    }
}
