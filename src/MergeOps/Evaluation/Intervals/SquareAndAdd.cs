namespace MergeOps.Evaluation.Intervals;

/// <summary>
/// Joins the intervals of several quantities to that of a mean, a difference or a ratio of them: the distances from the values
/// to the ends add up as standard errors do, but each on its own side. R. G. Newcombe, Statistics in Medicine 17 (1998)
/// 873–890; G. Y. Zou, A. Donner, "Construction of confidence limits about effect measures", the same 27 (2008) 1693–1702.
/// </summary>
internal static class SquareAndAdd
{
    /// <summary>The mean of independent quantities.</summary>
    /// <param name="parts">At least one.</param>
    public static Estimate Mean(IReadOnlyList<Estimate> parts)
    {
        if (parts is [var only])
        {
            return only;
        }

        var value = parts.Average(part => part.Value);
        var spread = Math.Sqrt(parts.Sum(part => part.HalfWidth * part.HalfWidth));
        return new(
            value,
            new(value - (Root(parts, part => part.Below) / parts.Count), value + (Root(parts, part => part.Above) / parts.Count)),
            spread == 0 ? 0 : parts.Sum(part => part.Skewness * Math.Pow(part.HalfWidth / spread, 3)));
    }

    /// <summary>One quantity less another.</summary>
    /// <param name="first">The one.</param>
    /// <param name="second">The other.</param>
    /// <param name="correlation">Of the two estimates.</param>
    public static Estimate Difference(Estimate first, Estimate second, double correlation = 0)
    {
        var value = first.Value - second.Value;
        return new(value, new(value - Length(first.Below, second.Above, correlation), value + Length(first.Above, second.Below, correlation)));
    }

    /// <summary>
    /// One quantity divided by another: each end is the ratio r at which an end of first − r · second is 0. Null when the second
    /// one may be 0, since no ratio is too large then.
    /// </summary>
    /// <param name="first">Of any sign.</param>
    /// <param name="second">Above 0.</param>
    /// <param name="correlation">Of the two estimates.</param>
    public static Estimate? Ratio(Estimate first, Estimate second, double correlation)
    {
        if (second.Interval.Lower <= 0)
        {
            return null;
        }

        var (below, above) = (Math.Max(first.Below, 0), Math.Max(first.Above, 0));
        var value = first.Value / second.Value;
        var reach = (Math.Abs(first.Value) + below + above + 1) / second.Interval.Lower * 2;
        return new(value, new(
            Zero(ratio => first.Value - (ratio * second.Value) - Length(below, Math.Abs(ratio) * (ratio > 0 ? second.Above : second.Below), Math.Sign(ratio) * correlation), value - reach, value),
            Zero(ratio => first.Value - (ratio * second.Value) + Length(above, Math.Abs(ratio) * (ratio > 0 ? second.Below : second.Above), Math.Sign(ratio) * correlation), value, value + reach)));
    }

    private static double Root(IReadOnlyList<Estimate> parts, Func<Estimate, double> length) =>
        Math.Sqrt(parts.Sum(part => length(part) * length(part)));

    private static double Length(double first, double second, double correlation) =>
        Math.Sqrt(Math.Max(0, (first * first) + (second * second) - (2 * correlation * first * second)));

    // of a function that falls
    private static double Zero(Func<double, double> function, double lower, double upper)
    {
        while (true)
        {
            var middle = (lower + upper) / 2;
            if (middle <= lower || middle >= upper)
            {
                return middle;
            }

            if (function(middle) > 0)
            {
                lower = middle;
            }
            else
            {
                upper = middle;
            }
        }
    }
}
