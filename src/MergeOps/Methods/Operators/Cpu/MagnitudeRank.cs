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
        ref var first = ref MemoryMarshal.GetReference(bits);
        // a magnitude's bits never reach the largest int unless it is no number
        var limit = Vector512.Create((int)Math.Min(bound, int.MaxValue));
        var magnitude = Vector512.Create(int.MaxValue);
        var (even, odd, i) = (0, 0, 0);
        for (; i <= bits.Length - (2 * Vector512<int>.Count); i += 2 * Vector512<int>.Count)
        {
            even += BitOperations.PopCount(Below(ref first, i));
            odd += BitOperations.PopCount(Below(ref first, i + Vector512<int>.Count));
        }

        if (i <= bits.Length - Vector512<int>.Count)
        {
            even += BitOperations.PopCount(Below(ref first, i));
            i += Vector512<int>.Count;
        }

        if (i < bits.Length && bits.Length >= Vector512<int>.Count)
        {
            // the last vector overlaps elements that are counted already
            odd += BitOperations.PopCount(Below(ref first, bits.Length - Vector512<int>.Count) >> (Vector512<int>.Count - (bits.Length - i)));
            i = bits.Length;
        }

        for (; i < bits.Length; i++)
        {
            even += (bits[i] & int.MaxValue) < bound ? 1 : 0;
        }

        return even + odd;

        ulong Below(ref int bits, int index) =>
            Vector512.LessThan(Vector512.LoadUnsafe(ref bits, (nuint)index) & magnitude, limit).ExtractMostSignificantBits();
    }
}
