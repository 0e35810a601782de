using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using MergeOps.Tensors;
using TorchSharp;

namespace MergeOps.Methods.Operators.Cpu;

/// <summary>Counts every element by one digit of its magnitude, 16 bits at a time: two scans for float32, four for float64.</summary>
internal sealed class DigitScan : IMagnitudeScan
{
    private const int DigitBits = 16;

    private readonly int unknownBits;
    private readonly int digit;
    private readonly long[] prefixes;
    private readonly uint[][] counts;

    private DigitScan(int unknownBits, long[] prefixes)
    {
        this.unknownBits = unknownBits;
        this.prefixes = prefixes;
        digit = Math.Min(DigitBits, unknownBits);
        counts = Array.ConvertAll(prefixes, _ => new uint[1 << digit]);
    }

    /// <summary>The first of the scans.</summary>
    public static DigitScan First(bool isDouble) => new(isDouble ? 63 : 31, [0]);

    public void Count(torch.Tensor values)
    {
        if (values.IsDouble())
        {
            Count<long>(values.AsSpan<long>(), long.MaxValue);
        }
        else
        {
            Count<int>(values.AsSpan<int>(), int.MaxValue);
        }
    }

    public IMagnitudeScan? Finish(IReadOnlyList<MagnitudeCut> cuts)
    {
        foreach (var cut in cuts)
        {
            cut.Descend(counts[Array.IndexOf(prefixes, cut.Threshold)], digit);
        }

        return unknownBits == digit
            ? null
            : new DigitScan(unknownBits - digit, [.. cuts.Select(cut => cut.Threshold).Distinct()]);
    }

    [MethodImpl(Compile.AtOnce)]
    private void Count<T>(ReadOnlySpan<T> values, T magnitudeBits)
        where T : unmanaged, IBinaryInteger<T>
    {
        for (var i = 0; i < prefixes.Length; i++)
        {
            if (unknownBits == (Unsafe.SizeOf<T>() * 8) - 1)
            {
                CountAll(values, magnitudeBits, counts[i]);
            }
            else
            {
                CountSharing(T.CreateTruncating(prefixes[i]), values, magnitudeBits, counts[i]);
            }
        }
    }

    [MethodImpl(Compile.AtOnce)]
    private void CountAll<T>(ReadOnlySpan<T> values, T magnitudeBits, uint[] counts)
        where T : unmanaged, IBinaryInteger<T>
    {
        var shift = unknownBits - digit;
        ref var count = ref MemoryMarshal.GetArrayDataReference(counts);
        foreach (var value in values)
        {
            Unsafe.Add(ref count, int.CreateTruncating((value & magnitudeBits) >> shift))++;
        }
    }

    [MethodImpl(Compile.AtOnce)]
    private void CountSharing<T>(T prefix, ReadOnlySpan<T> values, T magnitudeBits, uint[] counts)
        where T : unmanaged, IBinaryInteger<T>
    {
        ref var first = ref MemoryMarshal.GetReference(values);
        var i = 0;
        for (; i <= values.Length - Vector<T>.Count; i += Vector<T>.Count)
        {
            var magnitude = Vector.LoadUnsafe(ref first, (nuint)i) & new Vector<T>(magnitudeBits);
            if (Vector.EqualsAny(magnitude >> unknownBits, new Vector<T>(prefix)))
            {
                CountSingly(prefix, values.Slice(i, Vector<T>.Count), magnitudeBits, counts);
            }
        }

        CountSingly(prefix, values[i..], magnitudeBits, counts);
    }

    private void CountSingly<T>(T prefix, ReadOnlySpan<T> values, T magnitudeBits, uint[] counts)
        where T : unmanaged, IBinaryInteger<T>
    {
        foreach (var value in values)
        {
            var magnitude = value & magnitudeBits;
            if (magnitude >> unknownBits == prefix)
            {
                counts[int.CreateTruncating(magnitude >> (unknownBits - digit)) & ((1 << digit) - 1)]++;
            }
        }
    }
}
