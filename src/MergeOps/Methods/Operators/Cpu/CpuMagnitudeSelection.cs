using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using MergeOps.Tensors;
using TorchSharp;

namespace MergeOps.Methods.Operators.Cpu;

/// <summary>Keeps the elements between two cuts.</summary>
/// <param name="search">Finds the upper cut and the lower one.</param>
internal sealed class CpuMagnitudeSelection(MagnitudeSearch search) : IMagnitudeSelection
{
    private readonly MagnitudeCut upper = search.Cuts[0];
    private readonly MagnitudeCut lower = search.Cuts[1];

    public bool NeedsScan => search.NeedsScan;

    public bool NeedsSample => search.NeedsSample;

    public bool IsEmpty => lower.Count <= upper.Count;

    public void Count(torch.Tensor values) => search.Count(values);

    public void EndScan() => search.EndScan();

    public void Rewind() => upper.Taken = lower.Taken = 0;

    public void Keep(torch.Tensor values)
    {
        if (values.IsDouble())
        {
            Keep(values.AsSpan<long>(), long.MaxValue);
        }
        else
        {
            Keep(values.AsSpan<int>(), int.MaxValue);
        }
    }

    [MethodImpl(Compile.AtOnce)]
    private void Keep<T>(Span<T> values, T magnitudeBits)
        where T : unmanaged, IBinaryInteger<T>
    {
        ref var first = ref MemoryMarshal.GetReference(values);
        var highest = Vector256.Create(T.CreateSaturating(upper.Threshold));
        var lowest = Vector256.Create(T.CreateSaturating(lower.Threshold));
        var i = 0;
        for (; i <= values.Length - Vector256<T>.Count; i += Vector256<T>.Count)
        {
            var value = Vector256.LoadUnsafe(ref first, (nuint)i);
            var magnitude = value & Vector256.Create(magnitudeBits);
            if ((Vector256.Equals(magnitude, lowest) | Vector256.Equals(magnitude, highest)) != Vector256<T>.Zero)
            {
                KeepWithEquals(values.Slice(i, Vector256<T>.Count), magnitudeBits);
                continue;
            }

            Vector256.AndNot(value & Vector256.GreaterThan(magnitude, lowest), Vector256.GreaterThan(magnitude, highest))
                .StoreUnsafe(ref first, (nuint)i);
        }

        KeepSingly(values[i..], magnitudeBits);
    }

    /// <summary>Keeps of one vector's elements, some of them equal to a threshold.</summary>
    private void KeepWithEquals<T>(Span<T> values, T magnitudeBits)
        where T : unmanaged, IBinaryInteger<T>
    {
        var value = Vector256.Create<T>(values);
        var magnitude = value & Vector256.Create(magnitudeBits);
        if (Above(upper, magnitude, out var aboveUpper) is not { } upperEquals
            || Above(lower, magnitude, out var aboveLower) is not { } lowerEquals)
        {
            KeepSingly(values, magnitudeBits);
            return;
        }

        upper.Taken += upperEquals;
        lower.Taken += lowerEquals;
        Vector256.AndNot(value & aboveLower, aboveUpper).CopyTo(values);
    }

    /// <summary>Which lanes lie above a cut.</summary>
    /// <returns>How many of them are equal to its threshold; null where not all of the equal ones lie above it.</returns>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static int? Above<T>(MagnitudeCut cut, Vector256<T> magnitude, out Vector256<T> above)
        where T : unmanaged, IBinaryInteger<T>
    {
        var threshold = Vector256.Create(T.CreateSaturating(cut.Threshold));
        above = Vector256.GreaterThan(magnitude, threshold);
        if (!cut.TakesEqual)
        {
            return 0;
        }

        var equal = Vector256.Equals(magnitude, threshold);
        var count = BitOperations.PopCount(equal.ExtractMostSignificantBits());
        above |= equal;
        return cut.Taken + count <= cut.Remaining ? count : null;
    }

    private void KeepSingly<T>(Span<T> values, T magnitudeBits)
        where T : unmanaged, IBinaryInteger<T>
    {
        foreach (ref var value in values)
        {
            var magnitude = long.CreateTruncating(value & magnitudeBits);
            var (aboveUpper, aboveLower) = (upper.Take(magnitude), lower.Take(magnitude));
            value = aboveLower && !aboveUpper ? value : T.Zero;
        }
    }
}
