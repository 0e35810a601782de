namespace MergeOps.Evaluation.Scores;

/// <summary>
/// The score interval of a binomial proportion, without continuity correction: E. B. Wilson, "Probable inference, the law of
/// succession, and statistical inference", JASA 22 (1927) 209–212. Unlike p ± 1.96·s it is right for small n and near 0 and 1.
/// </summary>
internal static class WilsonInterval
{
    /// <summary>The 0.975 quantile of the standard normal distribution.</summary>
    private const double Z = NormalInterval.Z;

    /// <summary>The 95 % interval of <paramref name="successes"/> out of <paramref name="trials"/> (at least one).</summary>
    public static Interval Of(int successes, int trials)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(trials, 1);
        ArgumentOutOfRangeException.ThrowIfNegative(successes);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(successes, trials);
        double n = trials, p = successes / n;
        var centre = (p + (Z * Z / (2 * n))) / (1 + (Z * Z / n));
        var half = Z / (1 + (Z * Z / n)) * Math.Sqrt((p * (1 - p) / n) + (Z * Z / (4 * n * n)));
        return new(successes == 0 ? 0 : centre - half, successes == trials ? 1 : centre + half);
    }
}
