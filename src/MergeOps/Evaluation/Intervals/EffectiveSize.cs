namespace MergeOps.Evaluation.Intervals;

/// <summary>
/// How many unrelated items would say as much as these related ones: n / (1 + (m − 1) ρ) for groups of m items, where ρ, the
/// intraclass correlation, is its estimate by analysis of variance (L. Kish, "Survey Sampling", 1965, chapter 5; S. R. Searle,
/// G. Casella, C. E. McCulloch, "Variance Components", 1992, chapter 3).
/// </summary>
internal static class EffectiveSize
{
    /// <summary>
    /// Few groups with anything to tell them apart would give an estimate that is far off, and too small as easily as too large.
    /// So it counts as so many groups more with ρ = 1, the worst case.
    /// </summary>
    private const double CautiousGroups = 2;

    /// <summary>The effective number of items; their number itself where each is a group of its own.</summary>
    /// <param name="groups">The groups.</param>
    /// <param name="outcomes">What each item gives: 0 or 1, or for a difference −1, 0 or 1.</param>
    public static double Of(ItemGroups groups, ReadOnlySpan<sbyte> outcomes)
    {
        if (groups.Count == groups.Items)
        {
            return groups.Items;
        }

        var correlation = Correlation(groups, outcomes);
        var sum = 0.0;
        foreach (var size in groups.Sizes)
        {
            var weight = (double)size / groups.Items;
            sum += weight * weight * (correlation + ((1 - correlation) / size));
        }

        return 1 / sum;
    }

    private static double Correlation(ItemGroups groups, ReadOnlySpan<sbyte> outcomes)
    {
        var (sums, squares) = (new double[groups.Count], 0.0);
        for (var item = 0; item < outcomes.Length; item++)
        {
            sums[groups[item]] += outcomes[item];
            squares += outcomes[item] * outcomes[item];
        }

        double items = groups.Items, count = groups.Count;
        var (between, sizes) = (-sums.Sum() * sums.Sum() / items, 0.0);
        for (var group = 0; group < sums.Length; group++)
        {
            between += sums[group] * sums[group] / groups.Sizes[group];
            sizes += (double)groups.Sizes[group] * groups.Sizes[group];
        }

        var within = squares - (between + (sums.Sum() * sums.Sum() / items));
        var (meanBetween, meanWithin) = (between / (count - 1), within / (items - count));
        var usualSize = (items - (sizes / items)) / (count - 1);
        var estimate = (meanBetween - meanWithin) / (meanBetween + ((usualSize - 1) * meanWithin));
        double telling = TellingGroups(groups, outcomes);
        return telling == 0 || double.IsNaN(estimate) ? 1 : ((telling * Math.Clamp(estimate, 0, 1)) + CautiousGroups) / (telling + CautiousGroups);
    }

    /// <summary>The number of groups that hold something else than the most frequent outcome.</summary>
    private static int TellingGroups(ItemGroups groups, ReadOnlySpan<sbyte> outcomes)
    {
        Span<int> counts = stackalloc int[3];
        foreach (var outcome in outcomes)
        {
            counts[outcome + 1]++;
        }

        var usual = counts[0] > Math.Max(counts[1], counts[2]) ? -1 : counts[2] > counts[1] ? 1 : 0;
        var isTelling = new bool[groups.Count];
        for (var item = 0; item < outcomes.Length; item++)
        {
            isTelling[groups[item]] |= outcomes[item] != usual;
        }

        return isTelling.Count(telling => telling);
    }
}
