using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using MergeOps.Tensors;

namespace MergeOps.Methods.Operators.Cpu;

/// <summary>Elementwise loops in which every operation is rounded once, so that the width of a vector changes no bit.</summary>
internal static class VectorLoops
{
    /// <summary>result += factor · a.</summary>
    [MethodImpl(Compile.AtOnce)]
    public static void AddScaled<T>(ReadOnlySpan<T> a, T factor, Span<T> result)
        where T : unmanaged, INumber<T>
    {
        ref var first = ref MemoryMarshal.GetReference(a);
        ref var sum = ref MemoryMarshal.GetReference(result);
        var i = 0;
        for (; i <= result.Length - Vector<T>.Count; i += Vector<T>.Count)
        {
            var term = Vector.LoadUnsafe(ref first, (nuint)i) * factor;
            (Vector.LoadUnsafe(ref sum, (nuint)i) + term).StoreUnsafe(ref sum, (nuint)i);
        }

        for (; i < result.Length; i++)
        {
            result[i] += a[i] * factor;
        }
    }

    /// <summary>result = a − origin; the result may lie where one of them does.</summary>
    [MethodImpl(Compile.AtOnce)]
    public static void Subtract<T>(ReadOnlySpan<T> a, ReadOnlySpan<T> origin, Span<T> result)
        where T : unmanaged, INumber<T>
    {
        ref var first = ref MemoryMarshal.GetReference(a);
        ref var start = ref MemoryMarshal.GetReference(origin);
        ref var difference = ref MemoryMarshal.GetReference(result);
        var i = 0;
        for (; i <= result.Length - Vector<T>.Count; i += Vector<T>.Count)
        {
            (Vector.LoadUnsafe(ref first, (nuint)i) - Vector.LoadUnsafe(ref start, (nuint)i)).StoreUnsafe(ref difference, (nuint)i);
        }

        for (; i < result.Length; i++)
        {
            result[i] = a[i] - origin[i];
        }
    }

    /// <summary>result += factor · (a − origin).</summary>
    [MethodImpl(Compile.AtOnce)]
    public static void AddScaledDifference<T>(ReadOnlySpan<T> a, ReadOnlySpan<T> origin, T factor, Span<T> result)
        where T : unmanaged, INumber<T>
    {
        ref var first = ref MemoryMarshal.GetReference(a);
        ref var start = ref MemoryMarshal.GetReference(origin);
        ref var sum = ref MemoryMarshal.GetReference(result);
        var i = 0;
        for (; i <= result.Length - Vector<T>.Count; i += Vector<T>.Count)
        {
            var term = (Vector.LoadUnsafe(ref first, (nuint)i) - Vector.LoadUnsafe(ref start, (nuint)i)) * factor;
            (Vector.LoadUnsafe(ref sum, (nuint)i) + term).StoreUnsafe(ref sum, (nuint)i);
        }

        for (; i < result.Length; i++)
        {
            result[i] += (a[i] - origin[i]) * factor;
        }
    }
}
