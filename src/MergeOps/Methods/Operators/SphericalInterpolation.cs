namespace MergeOps.Methods.Operators;

/// <summary>The coefficients of an interpolation along the great circle between two vectors; t is 0 for the first and 1 for the second.</summary>
internal static class SphericalInterpolation
{
    /// <summary>As slerp does it: linear where the vectors are almost parallel or almost opposite, t not clamped.</summary>
    /// <param name="product">The vectors' scalar product.</param>
    /// <param name="firstNorm">The first vector's norm; one up to 1e-8 counts as a zero vector, at a right angle to any other.</param>
    /// <param name="secondNorm">The second vector's norm.</param>
    /// <param name="t">The place between the two.</param>
    public static (double First, double Second) SlerpCoefficients(double product, double firstNorm, double secondNorm, double t)
    {
        const double zeroNorm = 1e-8;
        const double parallel = 0.9995;
        var cosine = product / (Divisor(firstNorm) * Divisor(secondNorm));
        return Math.Abs(cosine) > parallel ? (1 - t, t) : OnTheArc(Math.Acos(cosine), t);

        static double Divisor(double norm) => norm > zeroNorm ? norm : 1;
    }

    /// <summary>As nuslerp does it: linear only where the arc has no length or no direction.</summary>
    /// <param name="product">The vectors' scalar product.</param>
    /// <param name="firstNorm">The first vector's norm.</param>
    /// <param name="secondNorm">The second vector's norm.</param>
    /// <param name="t">The place between the two.</param>
    public static (double First, double Second) NuSlerpCoefficients(double product, double firstNorm, double secondNorm, double t)
    {
        const double zeroNorm = 1e-7;
        // mergekit takes 1e-8, below what opposite float32 vectors give: its result is then noise
        const double zeroSine = 1e-6;
        var cosine = product / (Math.Max(firstNorm, zeroNorm) * Math.Max(secondNorm, zeroNorm));
        var angle = Math.Acos(Math.Clamp(cosine, -1, 1));
        return Math.Sin(angle) < zeroSine ? (1 - t, t) : OnTheArc(angle, t);
    }

    private static (double First, double Second) OnTheArc(double angle, double t)
    {
        var sine = Math.Sin(angle);
        return (Math.Sin((1 - t) * angle) / sine, Math.Sin(t * angle) / sine);
    }
}
