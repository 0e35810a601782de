using System.Runtime.InteropServices;
using MergeOps.Tensors;

namespace MergeOps.Merging.Reading.Numbers;

/// <summary>
/// Between the bytes of files and the numbers of the arithmetic, float32 or float64: exact on the way in, one rounding
/// to nearest, ties to even, on the way out. Every step is exact or correctly rounded, so all processors agree.
/// </summary>
internal static class Conversion
{
    /// <summary>Reads stored numbers of up to 32 bits as float32.</summary>
    public static void Widen(ReadOnlySpan<byte> from, DType dtype, Span<float> to)
    {
        switch (dtype)
        {
            case DType.BF16:
                Bfloat16.Widen(MemoryMarshal.Cast<byte, ushort>(from), to);
                break;
            case DType.F16:
                Float16.Widen(MemoryMarshal.Cast<byte, ushort>(from), to);
                break;
            case DType.F32:
                MemoryMarshal.Cast<byte, float>(from).CopyTo(to);
                break;
            default:
                Float8.Widen(from, dtype, to);
                break;
        }
    }

    /// <summary>Rounds to a stored dtype of up to 32 bits.</summary>
    public static void Narrow(ReadOnlySpan<float> from, DType dtype, Span<byte> to)
    {
        switch (dtype)
        {
            case DType.BF16:
                Bfloat16.Narrow(from, MemoryMarshal.Cast<byte, ushort>(to));
                break;
            case DType.F16:
                Float16.Narrow(from, MemoryMarshal.Cast<byte, ushort>(to));
                break;
            default:
                from.CopyTo(MemoryMarshal.Cast<byte, float>(to));
                break;
        }
    }

    /// <summary>Widens float32 to float64.</summary>
    public static void Widen(ReadOnlySpan<float> from, Span<double> to)
    {
        for (var i = 0; i < to.Length; i++)
        {
            to[i] = from[i];
        }
    }

    /// <summary>Rounds float64 to nearest float32, ties to even.</summary>
    public static void ToNearest(ReadOnlySpan<double> from, Span<float> to)
    {
        for (var i = 0; i < to.Length; i++)
        {
            to[i] = (float)from[i];
        }
    }

    /// <summary>
    /// Rounds inexact numbers to the neighbour whose last bit is set, so that a second rounding to fewer bits gives what
    /// one rounding would (Boldo and Melquiond, "Emulation of FMA and correctly rounded sums", 2008).
    /// </summary>
    public static void ToOdd(ReadOnlySpan<double> from, Span<float> to)
    {
        for (var i = 0; i < to.Length; i++)
        {
            var (exact, rounded) = (from[i], (float)from[i]);
            if (rounded == exact || !float.IsFinite(rounded) || (BitConverter.SingleToUInt32Bits(rounded) & 1) == 1)
            {
                to[i] = rounded;
            }
            else
            {
                to[i] = rounded > exact ? MathF.BitDecrement(rounded) : MathF.BitIncrement(rounded);
            }
        }
    }
}
