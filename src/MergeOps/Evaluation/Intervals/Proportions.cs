namespace MergeOps.Evaluation.Intervals;

/// <summary>Intervals of shares of items, and of the difference of two shares on the same items.</summary>
internal static class Proportions
{
    /// <summary>
    /// The exact interval of a binomial proportion: C. J. Clopper, E. S. Pearson, "The use of confidence or fiducial limits
    /// illustrated in the case of the binomial", Biometrika 26 (1934) 404–413. It covers at least 95 %, whatever the share.
    /// </summary>
    /// <param name="successes">From 0 to <paramref name="trials"/>; an effective number need not be whole.</param>
    /// <param name="trials">Above 0.</param>
    public static Interval Exact(double successes, double trials)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(trials);
        // what is left of a rounded product must not pass for an outcome
        successes = Math.Abs(successes - Math.Round(successes)) < 1e-9 ? Math.Round(successes) : successes;
        return new(
            successes <= 0 ? 0 : BetaDistribution.Quantile(Interval.Tail, successes, trials - successes + 1),
            successes >= trials ? 1 : BetaDistribution.Quantile(1 - Interval.Tail, successes + 1, trials - successes));
    }

    /// <summary>The share of right items.</summary>
    /// <param name="right">At least one item.</param>
    /// <param name="groups">Which of them are related.</param>
    public static Estimate Share(ReadOnlySpan<bool> right, ItemGroups groups)
    {
        var outcomes = new sbyte[right.Length];
        for (var item = 0; item < right.Length; item++)
        {
            outcomes[item] = right[item] ? (sbyte)1 : (sbyte)0;
        }

        var share = (double)right.Count(true) / right.Length;
        var trials = EffectiveSize.Of(groups, outcomes);
        return new(share, Exact(share * trials, trials));
    }

    /// <summary>
    /// The share of right items of one model less that of another on the same items. The two discordant shares (right here and
    /// wrong there, wrong here and right there) have exact intervals, which are joined as R. G. Newcombe joins score intervals
    /// ("Improved confidence intervals for the difference between binomial proportions based on paired data", Statistics in
    /// Medicine 17, 1998, 2635–2650, method 10), with the correlation of two shares of one multinomial. So it has a width
    /// without any discordant item too.
    /// </summary>
    public static Estimate Difference(ReadOnlySpan<bool> right, ReadOnlySpan<bool> other, ItemGroups groups)
    {
        var outcomes = new sbyte[right.Length];
        var (better, worse) = (0, 0);
        for (var item = 0; item < right.Length; item++)
        {
            outcomes[item] = (sbyte)((right[item] ? 1 : 0) - (other[item] ? 1 : 0));
            better += outcomes[item] > 0 ? 1 : 0;
            worse += outcomes[item] < 0 ? 1 : 0;
        }

        var trials = EffectiveSize.Of(groups, outcomes);
        double gained = (double)better / right.Length, lost = (double)worse / right.Length;
        var correlation = better == 0 || worse == 0 ? 0 : -Math.Sqrt(gained * lost / ((1 - gained) * (1 - lost)));
        return SquareAndAdd.Difference(
            new(gained, Exact(gained * trials, trials)), new(lost, Exact(lost * trials, trials)), correlation);
    }
}
