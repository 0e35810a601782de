namespace MergeOps.Evaluation.Scores;

/// <summary>
/// Percentile bootstrap of a mean over strata of the difference of two models on the same items: B. Efron, R. J. Tibshirani,
/// "An Introduction to the Bootstrap" (1993), chapters 8 and 13. Items are drawn with replacement within their stratum and for
/// both models at once, so what an item's difficulty does to both cancels.
/// </summary>
internal static class PairedBootstrap
{
    /// <summary>The number of resamples.</summary>
    public const int Resamples = 10_000;

    private const ulong Seed = 20_260_901;

    /// <summary>The 95 % interval of the mean difference; the same strata always give the same interval.</summary>
    public static Interval Interval(IReadOnlyList<Stratum> strata)
    {
        var random = new SplitMix64(Seed);
        var differences = new double[Resamples];
        foreach (ref var difference in differences.AsSpan())
        {
            foreach (var stratum in strata)
            {
                difference += Resampled(stratum, ref random) / strata.Count;
            }
        }

        Array.Sort(differences);
        return new(Quantile(differences, 0.025), Quantile(differences, 0.975));
    }

    private static double Resampled(Stratum stratum, ref SplitMix64 random)
    {
        var items = stratum.Items.AsSpan();
        var sums = items[random.Below(items.Length)];
        for (var draw = 1; draw < items.Length; draw++)
        {
            sums += items[random.Below(items.Length)];
        }

        return stratum.Scale * sums.Difference;
    }

    /// <summary>Linear interpolation between order statistics (type 7 of Hyndman and Fan, 1996).</summary>
    private static double Quantile(ReadOnlySpan<double> sorted, double share)
    {
        var position = share * (sorted.Length - 1);
        var below = (int)position;
        return sorted[below] + ((position - below) * (sorted[below + 1] - sorted[below]));
    }
}
