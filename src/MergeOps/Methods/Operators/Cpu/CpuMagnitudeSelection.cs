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
    private const int RunLength = 1 << 10;

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

    private void Keep<T>(Span<T> values, T magnitudeBits)
        where T : unmanaged, IBinaryInteger<T>
    {
        // numbers of few digits leave many equal differences, also at a threshold, where a question for each would cost more than
        // the rest: in a run all of them lie above a cut or none does, but for the one run in which the last is taken
        while (!values.IsEmpty)
        {
            var run = values[..Math.Min(values.Length, RunLength)];
            var (takenUpper, takenLower) = (CountTaken(upper, run, magnitudeBits), CountTaken(lower, run, magnitudeBits));
            if (upper.Taken + takenUpper > upper.Remaining || lower.Taken + takenLower > lower.Remaining)
            {
                KeepSingly(run, magnitudeBits);
            }
            else
            {
                KeepBetween(run, magnitudeBits, LargestBelow<T>(lower), LargestBelow<T>(upper));
                upper.Taken += takenUpper;
                lower.Taken += takenLower;
            }

            values = values[run.Length..];
        }
    }

    /// <summary>How many elements are equal to the threshold, while those still lie above the cut.</summary>
    private static int CountTaken<T>(MagnitudeCut cut, ReadOnlySpan<T> values, T magnitudeBits)
        where T : unmanaged, IBinaryInteger<T> => cut.TakesEqual ? CountEquals(values, magnitudeBits, T.CreateSaturating(cut.Threshold)) : 0;

    /// <summary>The largest magnitude that lies below the cut now.</summary>
    private static T LargestBelow<T>(MagnitudeCut cut)
        where T : unmanaged, IBinaryInteger<T> => T.CreateSaturating(cut.TakesEqual ? cut.Threshold - 1 : cut.Threshold);

    [MethodImpl(Compile.AtOnce)]
    private static int CountEquals<T>(ReadOnlySpan<T> values, T magnitudeBits, T threshold)
        where T : unmanaged, IBinaryInteger<T>
    {
        ref var first = ref MemoryMarshal.GetReference(values);
        var equals = Vector256<T>.Zero;
        var i = 0;
        for (; i <= values.Length - Vector256<T>.Count; i += Vector256<T>.Count)
        {
            equals -= Vector256.Equals(Vector256.LoadUnsafe(ref first, (nuint)i) & Vector256.Create(magnitudeBits), Vector256.Create(threshold));
        }

        var count = int.CreateTruncating(Vector256.Sum(equals));
        for (; i < values.Length; i++)
        {
            count += (values[i] & magnitudeBits) == threshold ? 1 : 0;
        }

        return count;
    }

    /// <summary>Keeps the elements above one magnitude and not above another.</summary>
    [MethodImpl(Compile.AtOnce)]
    private static void KeepBetween<T>(Span<T> values, T magnitudeBits, T low, T high)
        where T : unmanaged, IBinaryInteger<T>
    {
        ref var first = ref MemoryMarshal.GetReference(values);
        var (lowest, highest) = (Vector256.Create(low), Vector256.Create(high));
        var i = 0;
        for (; i <= values.Length - Vector256<T>.Count; i += Vector256<T>.Count)
        {
            var value = Vector256.LoadUnsafe(ref first, (nuint)i);
            var magnitude = value & Vector256.Create(magnitudeBits);
            Vector256.AndNot(value & Vector256.GreaterThan(magnitude, lowest), Vector256.GreaterThan(magnitude, highest))
                .StoreUnsafe(ref first, (nuint)i);
        }

        foreach (ref var value in values[i..])
        {
            var magnitude = value & magnitudeBits;
            value = magnitude > low && magnitude <= high ? value : T.Zero;
        }
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
