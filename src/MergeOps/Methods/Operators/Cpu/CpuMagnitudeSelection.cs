using System.Numerics;
using TorchSharp;

namespace MergeOps.Methods.Operators.Cpu;

/// <summary>
/// Selection by histograms over the bits of the magnitudes, which are ordered like the magnitudes themselves: 16 bits a
/// scan, so two scans for float32 and four for float64.
/// </summary>
internal sealed class CpuMagnitudeSelection(long skip, long keep) : IMagnitudeSelection
{
    private const int DigitBits = 16;
    private const int NotStarted = -1;

    private readonly MagnitudeCut upper = new(skip);
    private readonly MagnitudeCut lower = new(skip + keep);
    private readonly uint[] upperCounts = new uint[1 << DigitBits];
    private readonly uint[] lowerCounts = new uint[1 << DigitBits];
    private int unknownBits = NotStarted;
    private bool isFirstScan = true;

    public bool NeedsScan => unknownBits != 0;

    private int Digit => Math.Min(DigitBits, unknownBits);

    private bool CutsDiffer => upper.Threshold != lower.Threshold;

    public void Count(torch.Tensor values)
    {
        if (values.IsDouble())
        {
            unknownBits = unknownBits == NotStarted ? 63 : unknownBits;
            Count<long>(values.AsSpan<long>(), long.MaxValue);
        }
        else
        {
            unknownBits = unknownBits == NotStarted ? 31 : unknownBits;
            Count<int>(values.AsSpan<int>(), int.MaxValue);
        }
    }

    public void EndScan()
    {
        unknownBits = Math.Max(unknownBits, 0);
        var upperHistogram = CutsDiffer ? upperCounts : lowerCounts;
        upper.Descend(upperHistogram.AsSpan(0, 1 << Digit), Digit);
        lower.Descend(lowerCounts.AsSpan(0, 1 << Digit), Digit);
        Array.Clear(upperCounts);
        Array.Clear(lowerCounts);
        unknownBits -= Digit;
        isFirstScan = false;
        if (unknownBits == 0)
        {
            upper.Settle();
            lower.Settle();
        }
    }

    public void Rewind()
    {
        upper.Rewind();
        lower.Rewind();
    }

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

    private void Count<T>(ReadOnlySpan<T> values, T magnitudeBits)
        where T : unmanaged, IBinaryInteger<T>
    {
        var shift = unknownBits - Digit;
        if (isFirstScan)
        {
            MagnitudeHistogram.CountAll(values, magnitudeBits, shift, lowerCounts);
            return;
        }

        MagnitudeHistogram.CountBelow(values, magnitudeBits, T.CreateTruncating(lower.Threshold), unknownBits, shift, lowerCounts);
        if (CutsDiffer)
        {
            MagnitudeHistogram.CountBelow(values, magnitudeBits, T.CreateTruncating(upper.Threshold), unknownBits, shift, upperCounts);
        }
    }

    private void Keep<T>(Span<T> values, T magnitudeBits)
        where T : unmanaged, IBinaryInteger<T>
    {
        var (upperThreshold, lowerThreshold) = (T.CreateTruncating(upper.Threshold), T.CreateTruncating(lower.Threshold));
        var i = 0;
        for (; i <= values.Length - Vector<T>.Count; i += Vector<T>.Count)
        {
            var span = values.Slice(i, Vector<T>.Count);
            var value = new Vector<T>(span);
            var magnitude = value & new Vector<T>(magnitudeBits);
            if ((lower.TakesEqual && Vector.EqualsAny(magnitude, new Vector<T>(lowerThreshold)))
                || (upper.TakesEqual && Vector.EqualsAny(magnitude, new Vector<T>(upperThreshold))))
            {
                KeepSingly(span, magnitudeBits);
                continue;
            }

            var kept = Vector.AndNot(
                Vector.GreaterThan(magnitude, new Vector<T>(lowerThreshold)),
                Vector.GreaterThan(magnitude, new Vector<T>(upperThreshold)));
            (value & kept).CopyTo(span);
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
