using MergeOps.Evaluation.Intervals;
using MergeOps.Evaluation.Scores;

namespace MergeOps.Evaluation.Figures;

/// <summary>
/// The merged model less its best parent, where the best parent is seen on the same items and need not be the one that truly
/// is. With d of each parent, the difference to the best one is the smallest d (of a metric of which smaller is better, the
/// largest). The end on the worse side is the worst of all parents': the merged model is as good as the best parent only when
/// it is as good as every one, so that none of them needs a wider interval (the intersection–union test; R. L. Berger,
/// Technometrics 24, 1982, 295–300). The end on the better side is the worst of the parents' ends too, each for k parents of a
/// tail of 2.5 % / k (Bonferroni), since it holds only when all of them do.
/// </summary>
internal static class BestParent
{
    /// <summary>With so many degrees of freedom Student's t is the normal distribution.</summary>
    private const double Many = 1e5;

    /// <summary>The difference.</summary>
    /// <param name="seen">The difference to the parent that is the best one on these items.</param>
    /// <param name="all">The differences to all parents, that one among them; at least one.</param>
    /// <param name="largerIsBetter">Which direction is better.</param>
    public static Measured Difference(Measured seen, IReadOnlyList<Measured> all, bool largerIsBetter)
    {
        if (all.Count == 1 || !seen.Exists)
        {
            return seen;
        }

        if (all.FirstOrDefault(difference => difference.Interval is null) is { } open)
        {
            return open.Exists ? Measured.Of(seen.Value.Value, seen.Sample, open.WhyNoInterval!) : open;
        }

        var wider = Widening(all.Count);
        var (lower, upper) = largerIsBetter
            ? (all.Min(difference => difference.Interval!.Value.Lower), all.Min(difference => difference.Value!.Value + (wider * (difference.Interval!.Value.Upper - difference.Value!.Value))))
            : (all.Max(difference => difference.Value!.Value - (wider * (difference.Value!.Value - difference.Interval!.Value.Lower))), all.Max(difference => difference.Interval!.Value.Upper));
        return Measured.Of(new Estimate(seen.Value.Value, new(lower, upper), all.MaxBy(difference => Math.Abs(difference.Skewness))!.Skewness), seen.Sample);
    }

    /// <summary>By what a reach of 2.5 % grows where it must hold for so many at once.</summary>
    public static double Widening(int count) => BetaDistribution.StudentQuantile(Many, Interval.Tail / count) / Power.Z;
}
