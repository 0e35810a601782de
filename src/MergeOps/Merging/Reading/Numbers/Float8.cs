using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using MergeOps.Tensors;

namespace MergeOps.Merging.Reading.Numbers;

/// <summary>The floating-point numbers of eight bits (OCP 8-bit Floating Point Specification 1.0, Microscaling Formats 1.0, and the FNUZ variants), widened exactly.</summary>
internal static class Float8
{
    private const float TwoTo120 = 1.329227995784916e36f;

    private static readonly float[] E4M3 = Table(code => (code & 0x7f) == 0x7f ? float.NaN : Value(code, fractionBits: 3, bias: 7));
    private static readonly float[] E5M2 = Table(code => (code & 0x7c) != 0x7c ? Value(code, fractionBits: 2, bias: 15) : (code & 3) != 0 ? float.NaN : code < 0x80 ? float.PositiveInfinity : float.NegativeInfinity);
    private static readonly float[] E4M3Fnuz = Table(code => code == 0x80 ? float.NaN : Value(code, fractionBits: 3, bias: 8));
    private static readonly float[] E5M2Fnuz = Table(code => code == 0x80 ? float.NaN : Value(code, fractionBits: 2, bias: 16));
    private static readonly float[] E8M0 = Table(code => code == 0xff ? float.NaN : MathF.ScaleB(1, code - 127));

    /// <summary>Widens exactly; a NaN stays one.</summary>
    public static void Widen(ReadOnlySpan<byte> from, DType dtype, Span<float> to)
    {
        if (dtype == DType.F8_E4M3)
        {
            WidenE4M3(from, to);
            return;
        }

        var table = dtype switch
        {
            DType.F8_E5M2 => E5M2,
            DType.F8_E4M3FNUZ => E4M3Fnuz,
            DType.F8_E5M2FNUZ => E5M2Fnuz,
            DType.F8_E8M0 => E8M0,
            _ => throw new ArgumentOutOfRangeException(nameof(dtype), dtype, "no float of eight bits"),
        };
        for (var i = 0; i < from.Length; i++)
        {
            to[i] = table[from[i]];
        }
    }

    /// <summary>Index of the first NaN or infinity, or -1.</summary>
    public static int IndexOfNonFinite(ReadOnlySpan<byte> bytes, DType dtype) => dtype switch
    {
        DType.F8_E4M3 => bytes.IndexOfAny((byte)0x7f, (byte)0xff),
        DType.F8_E4M3FNUZ or DType.F8_E5M2FNUZ => bytes.IndexOf((byte)0x80),
        DType.F8_E8M0 => bytes.IndexOf((byte)0xff),
        DType.F8_E5M2 => IndexOfE5M2(bytes),
        _ => -1,
    };

    // the bits of a code, moved, are those of a float32 whose exponent is too small by 120
    [MethodImpl(Compile.AtOnce)]
    private static void WidenE4M3(ReadOnlySpan<byte> from, Span<float> to)
    {
        ref var source = ref MemoryMarshal.GetReference(from);
        ref var target = ref MemoryMarshal.GetReference(to);
        var i = 0;
        for (; i <= from.Length - Vector<byte>.Count; i += Vector<byte>.Count)
        {
            Vector.Widen(Vector.LoadUnsafe(ref source, (nuint)i), out var lower, out var upper);
            Vector.Widen(lower, out var first, out var second);
            Vector.Widen(upper, out var third, out var fourth);
            WidenE4M3(first).StoreUnsafe(ref target, (nuint)i);
            WidenE4M3(second).StoreUnsafe(ref target, (nuint)(i + Vector<float>.Count));
            WidenE4M3(third).StoreUnsafe(ref target, (nuint)(i + (2 * Vector<float>.Count)));
            WidenE4M3(fourth).StoreUnsafe(ref target, (nuint)(i + (3 * Vector<float>.Count)));
        }

        for (; i < from.Length; i++)
        {
            to[i] = E4M3[from[i]];
        }
    }

    private static Vector<float> WidenE4M3(Vector<uint> codes)
    {
        var magnitude = codes & new Vector<uint>(0x7f);
        var isNaN = Vector.Equals(magnitude, new Vector<uint>(0x7f)) & new Vector<uint>(0x7fc00000);
        var scaled = Vector.AsVectorUInt32(Vector.AsVectorSingle(magnitude << 20) * new Vector<float>(TwoTo120));
        return Vector.AsVectorSingle(((codes & new Vector<uint>(0x80)) << 24) | scaled | isNaN);
    }

    private static int IndexOfE5M2(ReadOnlySpan<byte> bytes)
    {
        for (var i = 0; i < bytes.Length; i++)
        {
            if ((bytes[i] & 0x7c) == 0x7c)
            {
                return i;
            }
        }

        return -1;
    }

    private static float[] Table(Func<int, float> valueOf) => [.. Enumerable.Range(0, 256).Select(valueOf)];

    private static float Value(int code, int fractionBits, int bias)
    {
        var exponent = (code & 0x7f) >> fractionBits;
        var fraction = code & ((1 << fractionBits) - 1);
        var magnitude = exponent == 0
            ? MathF.ScaleB(fraction, 1 - bias - fractionBits)
            : MathF.ScaleB(fraction + (1 << fractionBits), exponent - bias - fractionBits);
        return code < 0x80 ? magnitude : -magnitude;
    }
}
