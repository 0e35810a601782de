namespace MergeOps.Methods.Operators;

/// <summary>The coefficients of an interpolation along the great circle between two vectors.</summary>
internal static class SphericalInterpolation
{
    /// <summary>The coefficients (sin((1−t)θ)/sin θ, sin(tθ)/sin θ) for the angle θ whose cosine is given.</summary>
    public static (double First, double Second) Coefficients(double cosine, double t)
    {
        var angle = Math.Acos(cosine);
        var sine = Math.Sin(angle);
        return (Math.Sin((1 - t) * angle) / sine, Math.Sin(t * angle) / sine);
    }

    /// <summary>The same for slerp, which interpolates linearly where the vectors are almost parallel or almost opposite.</summary>
    /// <param name="product">The vectors' scalar product.</param>
    /// <param name="firstNorm">The first vector's norm; one below 1e-8 counts as a zero vector, at a right angle to the other.</param>
    /// <param name="secondNorm">The second vector's norm.</param>
    /// <param name="t">0 for the first vector, 1 for the second; not clamped.</param>
    public static (double First, double Second) SlerpCoefficients(double product, double firstNorm, double secondNorm, double t)
    {
        const double zeroNorm = 1e-8;
        const double parallel = 0.9995;
        var cosine = product / (Divisor(firstNorm) * Divisor(secondNorm));
        return Math.Abs(cosine) > parallel ? (1 - t, t) : Coefficients(cosine, t);

        static double Divisor(double norm) => norm > zeroNorm ? norm : 1;
    }
}
