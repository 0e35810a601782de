using System.Numerics;

namespace MergeOps.Methods.Operators.Cpu;

/// <summary>Elementwise loops in which every operation is rounded once, so that the width of a vector changes no bit.</summary>
internal static class VectorLoops
{
    /// <summary>result = factor · a.</summary>
    public static void Scale<T>(ReadOnlySpan<T> a, T factor, Span<T> result)
        where T : unmanaged, INumber<T>
    {
        var i = 0;
        for (; i <= result.Length - Vector<T>.Count; i += Vector<T>.Count)
        {
            (new Vector<T>(a[i..]) * factor).CopyTo(result[i..]);
        }

        for (; i < result.Length; i++)
        {
            result[i] = a[i] * factor;
        }
    }

    /// <summary>result += factor · a.</summary>
    public static void AddScaled<T>(ReadOnlySpan<T> a, T factor, Span<T> result)
        where T : unmanaged, INumber<T>
    {
        var i = 0;
        for (; i <= result.Length - Vector<T>.Count; i += Vector<T>.Count)
        {
            (new Vector<T>(result[i..]) + (new Vector<T>(a[i..]) * factor)).CopyTo(result[i..]);
        }

        for (; i < result.Length; i++)
        {
            result[i] += a[i] * factor;
        }
    }

    /// <summary>result += factor · (a − origin).</summary>
    public static void AddScaledDifference<T>(ReadOnlySpan<T> a, ReadOnlySpan<T> origin, T factor, Span<T> result)
        where T : unmanaged, INumber<T>
    {
        var i = 0;
        for (; i <= result.Length - Vector<T>.Count; i += Vector<T>.Count)
        {
            var difference = new Vector<T>(a[i..]) - new Vector<T>(origin[i..]);
            (new Vector<T>(result[i..]) + (difference * factor)).CopyTo(result[i..]);
        }

        for (; i < result.Length; i++)
        {
            result[i] += (a[i] - origin[i]) * factor;
        }
    }
}
