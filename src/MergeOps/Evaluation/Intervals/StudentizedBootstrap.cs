namespace MergeOps.Evaluation.Intervals;

/// <summary>
/// The studentized bootstrap of a mean: B. Efron, R. J. Tibshirani, "An Introduction to the Bootstrap" (1993), chapter 12. It
/// learns from the units how a mean in standard errors is distributed, skewness included.
/// </summary>
internal static class StudentizedBootstrap
{
    /// <summary>The number of resamples; with one more the quantiles are order statistics.</summary>
    public const int Resamples = 1999;

    /// <summary>A resample may hold one value alone and has no standard error then; beyond so many of them nothing is estimated.</summary>
    private const double MostErrors = 20;

    private const ulong Seed = 20_260_901;

    /// <summary>The 0.025 and 0.975 quantiles of (mean − true mean) / standard error; the same units always give the same.</summary>
    /// <param name="deviations">Each unit less the mean of all, at least two, not all 0.</param>
    public static (double Lowest, double Highest) Quantiles(ReadOnlySpan<double> deviations)
    {
        var random = new SplitMix64(Seed);
        var ratios = new double[Resamples];
        foreach (ref var ratio in ratios.AsSpan())
        {
            ratio = Math.Clamp(Resampled(deviations, ref random), -MostErrors, MostErrors);
        }

        Array.Sort(ratios);
        const int Outside = (int)((Resamples + 1) * Interval.Tail);
        return (ratios[Outside - 1], ratios[Resamples - Outside]);
    }

    private static double Resampled(ReadOnlySpan<double> deviations, ref SplitMix64 random)
    {
        double count = deviations.Length;
        var (sum, squares) = (0.0, 0.0);
        for (var draw = 0; draw < deviations.Length; draw++)
        {
            var deviation = deviations[random.Below(deviations.Length)];
            sum += deviation;
            squares += deviation * deviation;
        }

        var mean = sum / count;
        var error = Math.Sqrt(Math.Max(0, (squares - (count * mean * mean)) / (count - 1) / count));
        return mean == 0 ? 0 : mean / error;
    }
}
