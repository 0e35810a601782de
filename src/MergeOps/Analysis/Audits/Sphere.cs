using MergeOps.Analysis.Sums;

namespace MergeOps.Analysis.Audits;

/// <summary>Whether the coefficients of two parents are those of a spherical interpolation.</summary>
internal static class Sphere
{
    /// <summary>
    /// The t of sin((1 − t)θ)/sin θ · a + sin(tθ)/sin θ · b with its standard error. The two coefficients alone give θ, since
    /// a unit vector results from unit vectors: α² + β² + 2αβ cos θ = 1. Null where that is not the angle between the two tensors.
    /// </summary>
    /// <param name="fit">A fit to two candidates.</param>
    /// <param name="first">The candidate at t = 0.</param>
    /// <param name="second">The candidate at t = 1.</param>
    public static (double T, double Error)? Interpolation(TensorFit fit, int first, int second)
    {
        var (a, b) = (fit.Coefficients[first], fit.Coefficients[second]);
        var cosine = (1 - (a * a) - (b * b)) / (2 * a * b);
        if (!(Math.Abs(cosine) < 1))
        {
            return null;
        }

        var sampled = CosineIn(fit.Audited.Sums, first, second);

        // the angle of the whole tensor is that of the sample up to the sample's error, with neighbors that are alike
        var slack = (8 * (1 - (sampled * sampled)) / Math.Sqrt(fit.Audited.Sums.Elements)) + (4 * (fit.Errors[first] + fit.Errors[second]) / Math.Abs(a * b)) + 0.002;
        if (Math.Abs(cosine - sampled) > slack)
        {
            return null;
        }

        var angle = Math.Acos(cosine);

        // of the two angles with this sine, the one that lies between the ends
        var t = Math.Atan2(b * Math.Sin(angle), a + (b * cosine)) / angle;
        return (t, fit.Errors[first] + fit.Errors[second]);
    }

    private static double CosineIn(VectorSums sums, int first, int second)
    {
        return Dot(first, second) / Math.Sqrt(Dot(first, first) * Dot(second, second));

        double Dot(int one, int two) => sums.BaseSquares + OnFirst(one) + OnFirst(two) + Pair(one, two);

        double OnFirst(int candidate) => candidate == 0 ? 0 : sums.Vectors[candidate].BaseProducts;

        double Pair(int one, int two) =>
            one == 0 || two == 0 ? 0 : one == two ? sums.Vectors[one].Squares : sums.Pairs[VectorSums.IndexOf(one, two)].Products;
    }
}
