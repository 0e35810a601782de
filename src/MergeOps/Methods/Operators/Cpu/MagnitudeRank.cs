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
        var limit = Vector256.Create((int)Math.Min(bound, int.MaxValue));
        var magnitude = Vector256.Create(int.MaxValue);
        var (even, odd) = (Vector256<int>.Zero, Vector256<int>.Zero);
        var i = 0;
        for (; i <= bits.Length - (2 * Vector256<int>.Count); i += 2 * Vector256<int>.Count)
        {
            even -= Vector256.LessThan(Vector256.LoadUnsafe(ref first, (nuint)i) & magnitude, limit);
            odd -= Vector256.LessThan(Vector256.LoadUnsafe(ref first, (nuint)(i + Vector256<int>.Count)) & magnitude, limit);
        }

        var count = Vector256.Sum(even + odd);
        for (; i < bits.Length; i++)
        {
            count += (bits[i] & int.MaxValue) < bound ? 1 : 0;
        }

        return count;
    }
}
