using System.Runtime.Intrinsics;

namespace MergeOps.Methods.Operators.Cpu;

/// <summary>
/// Exponential and logarithm from additions, multiplications and divisions alone, so that every machine gives the same
/// bits; those of the C library differ with its version and with the processor. Accurate to a few units in the last place.
/// </summary>
internal static class StableMath
{
    private const double Log2E = 1.4426950408889634;
    private const double Ln2High = 0.693147180369123816490;
    private const double Ln2Low = 1.90821492927058770002e-10;
    private const double SmallestArgument = -700;
    private const double LargestArgument = 700;
    private const double RoundingShift = 6755399441055744.0;

    /// <summary>1/k! from k = 13 down to 2.</summary>
    private static readonly double[] ExpCoefficients =
    [
        1 / 6227020800.0, 1 / 479001600.0, 1 / 39916800.0, 1 / 3628800.0, 1 / 362880.0, 1 / 40320.0,
        1 / 5040.0, 1 / 720.0, 1 / 120.0, 1 / 24.0, 1 / 6.0, 1 / 2.0,
    ];

    /// <summary>e to the power of each lane, clamped to ±700.</summary>
    public static Vector256<double> Exp(Vector256<double> x)
    {
        x = Vector256.Min(Vector256.Max(x, Vector256.Create(SmallestArgument)), Vector256.Create(LargestArgument));
        var shift = Vector256.Create(RoundingShift);
        var shifted = (x * Log2E) + shift;
        var k = shifted - shift;
        var r = x - (k * Ln2High) - (k * Ln2Low);
        var sum = Vector256.Create(ExpCoefficients[0]);
        for (var i = 1; i < ExpCoefficients.Length; i++)
        {
            sum = (sum * r) + Vector256.Create(ExpCoefficients[i]);
        }

        sum = (((sum * r) + Vector256<double>.One) * r) + Vector256<double>.One;
        // the low bits of the shifted number are the integer k; adding it to the exponent multiplies with 2 to the k
        return (sum.AsInt64() + (shifted.AsInt64() << 52)).AsDouble();
    }

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
}
