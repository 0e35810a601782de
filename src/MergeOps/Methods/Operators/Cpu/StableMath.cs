using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace MergeOps.Methods.Operators.Cpu;

/// <summary>
/// Exponentials and logarithm from additions, multiplications and divisions alone, so that every machine gives the same
/// bits; those of the C library differ with its version and with the processor. For float32 and float64 lanes, accurate
/// to a few units in the last place.
/// </summary>
internal static class StableMath
{
    private const double Log2E = 1.4426950408889634;
    private const double Ln2High = 0.693147180369123816490;
    private const double Ln2Low = 1.90821492927058770002e-10;
    private const float Ln2HighSingle = 0.693359375f;
    private const float Ln2LowSingle = -2.12194440e-4f;

    /// <summary>Added to a number and taken away again, these leave the nearest integer; their low bits hold it meanwhile.</summary>
    private const double RoundingShift = 6755399441055744.0;
    private const float RoundingShiftSingle = 12582912f;

    /// <summary>e to the power of each lane, which is clamped to where the result is a normal number.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<T> Exp<T>(Vector512<T> x)
        where T : unmanaged, INumber<T>
    {
        var isDouble = typeof(T) == typeof(double);
        var limit = Of<T>(isDouble ? 700 : 87);
        var shift = Of<T>(isDouble ? RoundingShift : RoundingShiftSingle);
        x = Vector512.Min(Vector512.Max(x, -limit), limit);
        var shifted = (x * Of<T>(Log2E)) + shift;
        var k = shifted - shift;
        var r = x - (k * Of<T>(isDouble ? Ln2High : Ln2HighSingle)) - (k * Of<T>(isDouble ? Ln2Low : Ln2LowSingle));
        var power = Vector512<T>.One + (r * FirstDifference(r));
        return isDouble
            ? (power.AsInt64() + (shifted.AsInt64() << 52)).As<long, T>()
            : (power.AsInt32() + (shifted.AsInt32() << 23)).As<int, T>();
    }

    /// <summary>e to the power of each lane, less 1; as precise for small lanes. Of each half all lanes are computed as its largest one asks for.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<T> ExpMinus1<T>(Vector512<T> x)
        where T : unmanaged, INumber<T>
    {
        var isLarge = IsLarge(x);
        return ExpMinus1(x, Vector512.Create(AnyOf(isLarge.GetLower()), AnyOf(isLarge.GetUpper())));
    }

    /// <summary>e to the power of each lane, less 1, whatever the others are.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<T> ExpMinus1OfEach<T>(Vector512<T> x)
        where T : unmanaged, INumber<T> => ExpMinus1(x, IsLarge(x));

    /// <summary>The natural logarithm of a positive, normal number.</summary>
    public static double Log(double x)
    {
        const double halfRoot = 0.70710678118654752440;
        var exponent = Math.ILogB(x) + 1;
        var mantissa = Math.ScaleB(x, -exponent);
        if (mantissa < halfRoot)
        {
            mantissa *= 2;
            exponent--;
        }

        var s = (mantissa - 1) / (mantissa + 1);
        var square = s * s;
        var sum = 0.0;
        for (var k = 23; k >= 1; k -= 2)
        {
            sum = (sum * square) + (1.0 / k);
        }

        return (exponent * Ln2High) + ((exponent * Ln2Low) + (2 * s * sum));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<T> ExpMinus1<T>(Vector512<T> x, Vector512<T> isLarge)
        where T : unmanaged, INumber<T>
    {
        var byDifference = x * FirstDifference(x);
        return isLarge == Vector512<T>.Zero ? byDifference : Vector512.ConditionalSelect(isLarge, Exp(x) - Vector512<T>.One, byDifference);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<T> IsLarge<T>(Vector512<T> x)
        where T : unmanaged, INumber<T>
    {
        const double smallLane = 0.35;
        return Vector512.GreaterThan(Vector512.Abs(x), Of<T>(smallLane));
    }

    /// <summary>(e^r − 1)/r for |r| up to 0.35 by its series; float32 needs fewer terms.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<T> FirstDifference<T>(Vector512<T> r)
        where T : unmanaged, INumber<T>
    {
        var sum = Of<T>(1 / 40320.0);
        if (typeof(T) == typeof(double))
        {
            sum = Of<T>(1 / 6227020800.0);
            sum = (sum * r) + Of<T>(1 / 479001600.0);
            sum = (sum * r) + Of<T>(1 / 39916800.0);
            sum = (sum * r) + Of<T>(1 / 3628800.0);
            sum = (sum * r) + Of<T>(1 / 362880.0);
            sum = (sum * r) + Of<T>(1 / 40320.0);
        }

        sum = (sum * r) + Of<T>(1 / 5040.0);
        sum = (sum * r) + Of<T>(1 / 720.0);
        sum = (sum * r) + Of<T>(1 / 120.0);
        sum = (sum * r) + Of<T>(1 / 24.0);
        sum = (sum * r) + Of<T>(1 / 6.0);
        sum = (sum * r) + Of<T>(0.5);
        return (sum * r) + Vector512<T>.One;
    }

    /// <summary>All bits of all lanes where any is set.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<T> AnyOf<T>(Vector256<T> lanes)
        where T : unmanaged, INumber<T> => lanes == Vector256<T>.Zero ? Vector256<T>.Zero : Vector256<T>.AllBitsSet;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<T> Of<T>(double number)
        where T : unmanaged, INumber<T> => Vector512.Create(T.CreateTruncating(number));
}
