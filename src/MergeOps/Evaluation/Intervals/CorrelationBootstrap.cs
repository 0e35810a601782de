namespace MergeOps.Evaluation.Intervals;

/// <summary>Which correlation.</summary>
internal enum Correlation
{
    /// <summary>Pearson's, of the values.</summary>
    OfValues,

    /// <summary>Spearman's: Pearson's of the ranks, where equal values share the mean of theirs.</summary>
    OfRanks,
}

/// <summary>
/// Correlations with known values, and how far one, or the difference of two on the same items, may be off: whole groups of
/// items are drawn with replacement (B. Efron, R. J. Tibshirani, "An Introduction to the Bootstrap", 1993, chapters 8 and 13).
/// </summary>
/// <param name="correlation">Which one.</param>
/// <param name="known">What is known of each item.</param>
/// <param name="groups">Which of the items are related.</param>
internal sealed class CorrelationBootstrap(Correlation correlation, double[] known, ItemGroups groups)
{
    private const ulong Seed = 20_261_129;

    private readonly Sample knowns = new(known);

    /// <summary>The correlation; null where one side does not vary.</summary>
    public double? Value(double[] values)
    {
        var once = new int[known.Length];
        Array.Fill(once, 1);
        return Of(Prepared(knowns, once), Prepared(new Sample(values), once), once);
    }

    /// <summary>
    /// The correlation of values, or less that of others, with its interval: that of the resamples, and on each side at least
    /// Student's with their standard error. Null where nothing varies.
    /// </summary>
    public Estimate? Estimate(double[] values, double[]? others)
    {
        if (Value(values) is not { } own || groups.Count < 2)
        {
            return null;
        }

        var value = own - (others is null ? 0 : Value(others) ?? double.NaN);
        var (sample, other) = (new Sample(values), others is null ? null : new Sample(others));
        var random = new SplitMix64(Seed);
        var found = new List<double>(StudentizedBootstrap.Resamples);
        var (counts, ofGroups) = (new int[known.Length], new int[groups.Count]);
        for (var resample = 0; resample < StudentizedBootstrap.Resamples; resample++)
        {
            Draw(ref random, ofGroups, counts);
            var knownPart = Prepared(knowns, counts);
            if (Of(knownPart, Prepared(sample, counts), counts) is { } drawn
                && (other is null ? 0 : Of(knownPart, Prepared(other, counts), counts)) is { } drawnOther)
            {
                found.Add(drawn - drawnOther);
            }
        }

        return double.IsNaN(value) || found.Count < StudentizedBootstrap.Resamples / 2 ? null : Around(value, found);
    }

    private Estimate? Around(double value, List<double> found)
    {
        var mean = found.Average();
        var error = Math.Sqrt(found.Sum(drawn => (drawn - mean) * (drawn - mean)) / (found.Count - 1));
        if (error < 1e-12)
        {
            return null;
        }

        found.Sort();
        var outside = (int)((found.Count + 1) * Interval.Tail);
        var reach = BetaDistribution.StudentQuantile(groups.Count - 1) * error;
        return new(value, new(Math.Min(found[outside - 1], value - reach), Math.Max(found[^outside], value + reach)));
    }

    private void Draw(ref SplitMix64 random, int[] ofGroups, int[] counts)
    {
        Array.Clear(ofGroups);
        for (var draw = 0; draw < ofGroups.Length; draw++)
        {
            ofGroups[random.Below(ofGroups.Length)]++;
        }

        for (var item = 0; item < counts.Length; item++)
        {
            counts[item] = ofGroups[groups[item]];
        }
    }

    private double[] Prepared(Sample sample, int[] counts) => correlation == Correlation.OfRanks ? sample.Ranks(counts) : sample.Values;

    // null where a side does not vary
    private static double? Of(double[] first, double[] second, int[] counts)
    {
        var (count, firstSum, secondSum) = (0.0, 0.0, 0.0);
        for (var item = 0; item < counts.Length; item++)
        {
            count += counts[item];
            firstSum += counts[item] * first[item];
            secondSum += counts[item] * second[item];
        }

        var (firstMean, secondMean) = (firstSum / count, secondSum / count);
        var (squares, others, products) = (0.0, 0.0, 0.0);
        for (var item = 0; item < counts.Length; item++)
        {
            var (one, other) = (first[item] - firstMean, second[item] - secondMean);
            squares += counts[item] * one * one;
            others += counts[item] * other * other;
            products += counts[item] * one * other;
        }

        return Varies(squares, count, firstMean) && Varies(others, count, secondMean) ? products / (Math.Sqrt(squares) * Math.Sqrt(others)) : null;
    }

    // what rounding leaves of equal values is no spread
    private static bool Varies(double squares, double count, double mean) => squares > 1e-24 * count * mean * mean;

    /// <summary>Values with their order, from which ranks of any resample follow in one pass.</summary>
    private sealed class Sample
    {
        private readonly int[] order;
        private readonly double[] ranks;

        public Sample(double[] values)
        {
            (Values, ranks) = (values, new double[values.Length]);
            order = [.. Enumerable.Range(0, values.Length)];
            Array.Sort(values.ToArray(), order);
        }

        public double[] Values { get; }

        /// <summary>The ranks where each item is there so many times; the array is used again by the next call.</summary>
        public double[] Ranks(int[] counts)
        {
            var before = 0L;
            for (var start = 0; start < order.Length;)
            {
                var (end, equal) = (start, 0L);
                for (; end < order.Length && Values[order[end]] == Values[order[start]]; end++)
                {
                    equal += counts[order[end]];
                }

                for (var place = start; place < end; place++)
                {
                    ranks[order[place]] = before + ((equal + 1) / 2.0);
                }

                before += equal;
                start = end;
            }

            return ranks;
        }
    }
}
