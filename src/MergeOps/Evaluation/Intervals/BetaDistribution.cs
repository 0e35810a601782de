namespace MergeOps.Evaluation.Intervals;

/// <summary>
/// The beta distribution, on which exact binomial intervals and Student's t rest: the regularized incomplete beta function by
/// its continued fraction (M. Abramowitz, I. A. Stegun, "Handbook of Mathematical Functions", 1964, 26.5.8), evaluated as
/// W. J. Lentz does (Applied Optics 15, 1976, 668–671).
/// </summary>
internal static class BetaDistribution
{
    private const double Tiny = 1e-300;
    private const double Precision = 3e-15;

    // the fraction takes about √max(a, b) steps, so this is enough for 10¹⁰ items
    private const int MostSteps = 200_000;

    /// <summary>The probability of a value up to <paramref name="x"/>.</summary>
    /// <param name="x">From 0 to 1.</param>
    /// <param name="a">Above 0.</param>
    /// <param name="b">Above 0.</param>
    public static double Probability(double x, double a, double b)
    {
        if (x <= 0 || x >= 1)
        {
            return x <= 0 ? 0 : 1;
        }

        var factor = Math.Exp(LogGamma(a + b) - LogGamma(a) - LogGamma(b) + (a * Math.Log(x)) + (b * double.LogP1(-x)));
        return x < (a + 1) / (a + b + 2) ? factor * Fraction(x, a, b) / a : 1 - (factor * Fraction(1 - x, b, a) / b);
    }

    /// <summary>The value that is not exceeded with <paramref name="probability"/>, by bisection.</summary>
    public static double Quantile(double probability, double a, double b)
    {
        var (lower, upper) = (0.0, 1.0);
        while (true)
        {
            var middle = (lower + upper) / 2;
            if (middle <= lower || middle >= upper)
            {
                return middle;
            }

            if (Probability(middle, a, b) < probability)
            {
                lower = middle;
            }
            else
            {
                upper = middle;
            }
        }
    }

    /// <summary>The quantile of Student's t that is exceeded with a probability; the 0.975 quantile where none is given.</summary>
    /// <param name="degreesOfFreedom">Above 0.</param>
    /// <param name="tail">The probability: above 0 and below one half.</param>
    public static double StudentQuantile(double degreesOfFreedom, double tail = Interval.Tail)
    {
        // t² = ν (1 − x) / x, where x is beta-distributed with ν/2 and 1/2
        var x = Quantile(2 * tail, degreesOfFreedom / 2, 0.5);
        return Math.Sqrt(degreesOfFreedom * (1 - x) / x);
    }

    private static double Fraction(double x, double a, double b)
    {
        var c = 1.0;
        var d = 1 / Nonzero(1 - ((a + b) * x / (a + 1)));
        var value = d;
        for (var step = 1; step <= MostSteps; step++)
        {
            var twice = 2.0 * step;
            Advance(step * (b - step) * x / ((a - 1 + twice) * (a + twice)));
            var last = Advance(-(a + step) * (a + b + step) * x / ((a + twice) * (a + 1 + twice)));
            if (Math.Abs(last - 1) < Precision)
            {
                break;
            }
        }

        return value;

        double Advance(double term)
        {
            d = 1 / Nonzero(1 + (term * d));
            c = Nonzero(1 + (term / c));
            value *= c * d;
            return c * d;
        }
    }

    private static double Nonzero(double value) => Math.Abs(value) < Tiny ? Tiny : value;

    /// <summary>ln Γ by Stirling's series (Abramowitz and Stegun, 6.1.41), after the recurrence has made the argument large.</summary>
    private static double LogGamma(double x)
    {
        var shift = 0.0;
        for (; x < 15; x++)
        {
            shift -= Math.Log(x);
        }

        var square = 1 / (x * x);
        var series = ((1.0 / 12) - (square * ((1.0 / 360) - (square * ((1.0 / 1260) - (square * ((1.0 / 1680) - (square / 1188)))))))) / x;
        return shift + ((x - 0.5) * Math.Log(x)) - x + (0.5 * Math.Log(2 * Math.PI)) + series;
    }
}
