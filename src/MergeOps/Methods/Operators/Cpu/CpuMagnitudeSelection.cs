using System.Numerics;
using TorchSharp;

namespace MergeOps.Methods.Operators.Cpu;

/// <summary>Keeps the elements between two cuts.</summary>
/// <param name="search">Finds the upper cut and the lower one.</param>
internal sealed class CpuMagnitudeSelection(MagnitudeSearch search) : IMagnitudeSelection
{
    private readonly MagnitudeCut upper = search.Cuts[0];
    private readonly MagnitudeCut lower = search.Cuts[1];

    public bool NeedsScan => search.NeedsScan;

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
        var upperThreshold = new Vector<T>(T.CreateSaturating(upper.Threshold));
        var lowerThreshold = new Vector<T>(T.CreateSaturating(lower.Threshold));
        var i = 0;
        for (; i <= values.Length - Vector<T>.Count; i += Vector<T>.Count)
        {
            var value = new Vector<T>(values[i..]);
            var magnitude = value & new Vector<T>(magnitudeBits);
            if ((lower.TakesEqual && Vector.EqualsAny(magnitude, lowerThreshold))
                || (upper.TakesEqual && Vector.EqualsAny(magnitude, upperThreshold)))
            {
                KeepSingly(values.Slice(i, Vector<T>.Count), magnitudeBits);
                continue;
            }

            var kept = Vector.AndNot(Vector.GreaterThan(magnitude, lowerThreshold), Vector.GreaterThan(magnitude, upperThreshold));
            (value & kept).CopyTo(values[i..]);
        }

        KeepSingly(values[i..], magnitudeBits);
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
