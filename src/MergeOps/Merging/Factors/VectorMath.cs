using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using MergeOps.Tensors;

namespace MergeOps.Merging.Factors;

/// <summary>
/// Arithmetic of float64 vectors in an order that is the same on every machine: fused multiplications and additions in lanes
/// of a fixed number, which are added up in their order.
/// </summary>
internal static unsafe class VectorMath
{
    private const int Lanes = 4;

    /// <summary>The sum of products.</summary>
    [MethodImpl(Compile.AtOnce)]
    public static double Dot(ReadOnlySpan<double> first, ReadOnlySpan<double> second)
    {
        Vector256<double> even = default, odd = default;
        var i = 0;
        fixed (double* a = first, b = second)
        {
            for (; i + (2 * Lanes) <= first.Length; i += 2 * Lanes)
            {
                even = Vector256.FusedMultiplyAdd(Vector256.Load(a + i), Vector256.Load(b + i), even);
                odd = Vector256.FusedMultiplyAdd(Vector256.Load(a + i + Lanes), Vector256.Load(b + i + Lanes), odd);
            }
        }

        var lanes = even + odd;
        var sum = lanes[0] + lanes[1] + (lanes[2] + lanes[3]);
        for (; i < first.Length; i++)
        {
            sum = Math.FusedMultiplyAdd(first[i], second[i], sum);
        }

        return sum;
    }

    /// <summary>The sum of squares.</summary>
    public static double Square(ReadOnlySpan<double> vector) => Dot(vector, vector);

    /// <summary>Adds a multiple of a vector to another one.</summary>
    [MethodImpl(Compile.AtOnce)]
    public static void Add(Span<double> target, ReadOnlySpan<double> vector, double factor)
    {
        var i = 0;
        var factors = Vector256.Create(factor);
        fixed (double* to = target, from = vector)
        {
            for (; i + Lanes <= target.Length; i += Lanes)
            {
                Vector256.FusedMultiplyAdd(factors, Vector256.Load(from + i), Vector256.Load(to + i)).Store(to + i);
            }
        }

        for (; i < target.Length; i++)
        {
            target[i] = Math.FusedMultiplyAdd(factor, vector[i], target[i]);
        }
    }

    /// <summary>Multiplies a vector by a number.</summary>
    public static void Scale(Span<double> vector, double factor)
    {
        for (var i = 0; i < vector.Length; i++)
        {
            vector[i] *= factor;
        }
    }
}
