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
        var (even, odd) = (0, 0);
        var i = 0;
        for (; i <= bits.Length - (2 * Vector512<int>.Count); i += 2 * Vector512<int>.Count)
        {
            even += Below(ref first, i);
            odd += Below(ref first, i + Vector512<int>.Count);
        }

        var count = even + odd;
        for (; i < bits.Length; i++)
        {
            count += (bits[i] & int.MaxValue) < bound ? 1 : 0;
        }

        return count;

        int Below(ref int bits, int index) => BitOperations.PopCount(
            Vector512.LessThan(Vector512.LoadUnsafe(ref bits, (nuint)index) & magnitude, limit).ExtractMostSignificantBits());
    }
}
