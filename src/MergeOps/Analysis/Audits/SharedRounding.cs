using System.IO.Hashing;
using System.Runtime.InteropServices;

namespace MergeOps.Analysis.Audits;

/// <summary>
/// What errors of rounding do to a coefficient together. Where parents differ by a few units of the last digit, a merge rounds
/// every entry in which they differ by the same multiples by the same amount, in each of its tensors: such errors do not average
/// out, however many entries are read. Each pattern of multiples counts as one error here, of which nothing is known but that
/// it lies within half a unit on either side.
/// </summary>
internal static class SharedRounding
{
    // values between two steps of the last digit are told apart up to this
    private const double Steps = 16;

    // the square of half a unit on either side, evenly spread
    private const double OfUnit = 12;

    /// <summary>The variance of a parent's mean coefficient that comes from errors which entries share; what each entry has by itself is left out.</summary>
    /// <param name="fits">The tensors' fits.</param>
    /// <param name="parents">The candidates that they were fitted to, ascending.</param>
    /// <param name="parent">One of them.</param>
    /// <param name="weight">The weight of a tensor in the mean.</param>
    public static double VarianceOf(IReadOnlyCollection<TensorFit> fits, IReadOnlyList<int> parents, int parent, Func<TensorFit, double> weight)
    {
        var total = fits.Sum(weight);
        var patterns = new Dictionary<ulong, (double Sum, double Squares)>();
        var multiples = new long[parents.Count];
        foreach (var fit in fits)
        {
            var entries = fit.Audited.Entries;
            foreach (var (candidates, unit) in entries.All)
            {
                if (PatternOf(candidates, unit, parents, multiples) is not (var pattern, var sign))
                {
                    continue;
                }

                var shift = sign * weight(fit) / total * entries.Share * fit.ShiftOf(parent, candidates) * unit;
                var (sum, squares) = patterns.GetValueOrDefault(pattern);
                patterns[pattern] = (sum + shift, squares + (shift * shift));
            }
        }

        return Math.Max(0, patterns.Values.Sum(pattern => (pattern.Sum * pattern.Sum) - pattern.Squares)) / OfUnit;
    }

    // a pattern and its opposite are rounded by opposite amounts; where the parents are equal, nothing is rounded
    private static (ulong Pattern, int Sign)? PatternOf(double[] candidates, double unit, IReadOnlyList<int> parents, long[] multiples)
    {
        var origin = parents[0] == 0 ? 0 : candidates[parents[0]];
        var sign = 0;
        for (var i = 1; i < multiples.Length; i++)
        {
            multiples[i] = (long)Math.Round(Steps * (candidates[parents[i]] - origin) / unit);
            sign = sign == 0 ? Math.Sign(multiples[i]) : sign;
            multiples[i] *= sign;
        }

        if (sign == 0)
        {
            return null;
        }

        // where in a step the first parent lies, whose digits may be finer
        var place = (candidates[0] + origin) / unit;
        multiples[0] = ((long)(Steps * sign * (place - Math.Floor(place))) + (long)Steps) % (long)Steps;
        return (XxHash3.HashToUInt64(MemoryMarshal.AsBytes(multiples.AsSpan())), sign);
    }
}
