using System.Globalization;
using MergeOps.Diagnostics;
using MergeOps.Evaluation.Intervals;
using MergeOps.Evaluation.Scores;

namespace MergeOps.Evaluation.Gates;

/// <summary>What a gate says.</summary>
internal enum GateVerdict
{
    /// <summary>The whole interval lies within the bounds.</summary>
    Passed,

    /// <summary>The whole interval lies beyond a bound, or there is no figure.</summary>
    Failed,

    /// <summary>The items cannot tell; nothing is published.</summary>
    Undecided,
}

/// <summary>A bound with the words that name it.</summary>
internal readonly record struct GateBound(double Value, string Words);

/// <summary>
/// Holds a figure against bounds. Undecided is what has fewer than <see cref="LeastItems"/> items or, of related ones, fewer
/// than <see cref="LeastGroups"/> groups; what has a bound inside its interval; and what is too skewed for its interval where
/// a bound lies on the longer tail's side.
/// </summary>
/// <param name="Verdict">The verdict.</param>
/// <param name="Reason">Why, in words that end a sentence.</param>
/// <param name="MoreItems">So many more would probably decide; null where it is decided, and where no number would.</param>
internal sealed record GateDecision(GateVerdict Verdict, string Reason, long? MoreItems = null)
{
    /// <summary>The least number of items.</summary>
    public const int LeastItems = 20;

    /// <summary>The least number of groups of related items.</summary>
    public const int LeastGroups = 10;

    /// <summary>A skewness of the figure above this makes its interval miss too often on the longer tail's side.</summary>
    public const double MostSkewness = 0.15;

    /// <summary>There the interval counts as so many times as long.</summary>
    public const double SkewedReach = 4;

    /// <summary>What the rounding of a mean may take from a figure that meets its bound exactly.</summary>
    private const double RoundingSlack = 1e-12;

    /// <summary>More items than anybody will write.</summary>
    private const double TooMany = 1e7;

    /// <summary>Decides.</summary>
    /// <param name="measured">A figure.</param>
    /// <param name="lower">The smallest value that passes, or null.</param>
    /// <param name="upper">The largest value that passes, or null.</param>
    /// <param name="advice">What would decide an undecided one, where that is not more items; a sentence.</param>
    public static GateDecision Of(Measured measured, GateBound? lower, GateBound? upper, string? advice = null)
    {
        if (measured.Interval is not { } interval)
        {
            return TooFew(measured.Sample) is { } scarce
                ? new(GateVerdict.Undecided, $"{scarce}.{MoreWords(measured.Sample, 1)}", More(measured.Sample, 1))
                : new(GateVerdict.Undecided, $"{measured.WhyNoInterval}.");
        }

        var value = measured.Value!.Value;
        var ends = new Interval(
            measured.Skewness < -MostSkewness ? value - (SkewedReach * (value - interval.Lower)) : interval.Lower,
            measured.Skewness > MostSkewness ? value + (SkewedReach * (interval.Upper - value)) : interval.Upper);
        GateBound? failed =
            lower is { } least && ends.Upper < least.Value - RoundingSlack ? lower
            : upper is { } most && ends.Lower > most.Value + RoundingSlack ? upper
            : null;
        GateBound?[] open =
        [
            lower is { } min && ends.Lower < min.Value - RoundingSlack ? lower : null,
            upper is { } max && ends.Upper > max.Value + RoundingSlack ? upper : null,
        ];
        var inside = failed is null ? open.OfType<GateBound>().ToList() : [];
        var growth = inside.Select(bound => GrowthFor(measured, interval, value, bound)).DefaultIfEmpty(1).Max();
        if (TooFew(measured.Sample) is { } few)
        {
            return new(GateVerdict.Undecided, $"{few}.{MoreWords(measured.Sample, growth)}", More(measured.Sample, growth));
        }

        if (failed is { } bound)
        {
            return new(GateVerdict.Failed, $"{(lower == failed ? "below" : "above")} {bound.Words}.");
        }

        if (inside is not [var first, ..])
        {
            return new(GateVerdict.Passed, "within bounds.");
        }

        var isSkewed = first.Value < interval.Lower || first.Value > interval.Upper;
        var why = isSkewed ? $"the {Noun.Plural(Unit(measured.Sample))} are too skewed for an interval so near {first.Words}" : $"{first.Words} lies inside the interval";
        return advice is null
            ? new(GateVerdict.Undecided, $"{why}.{MoreWords(measured.Sample, growth)}", More(measured.Sample, growth))
            : new(GateVerdict.Undecided, $"{why}. {advice}");
    }

    /// <summary>Why a sample is too small to decide anything, without a full stop; null where it is not, or its size is not known.</summary>
    public static string? TooFew(SampleSize? sample) => sample switch
    {
        { Items: < LeastItems } => $"{Count(sample.Items, sample.Unit)} cannot decide; at least {LeastItems} are needed",
        { Groups: < LeastGroups } => $"{Count(sample.Items, sample.Unit)} in {Count(sample.Groups, "group")} cannot decide; at least {LeastGroups} groups are needed",
        _ => null,
    };

    // a bound on a longer tail's side comes within reach either when the tail has averaged out or when the bound is far enough
    private static double GrowthFor(Measured measured, Interval interval, double value, GateBound bound)
    {
        var (distance, reach) = bound.Value < value ? (value - bound.Value, value - interval.Lower) : (bound.Value - value, interval.Upper - value);
        var isOnLongTail = bound.Value < value ? measured.Skewness < -MostSkewness : measured.Skewness > MostSkewness;
        var plain = Power.Growth(reach, distance);
        return !isOnLongTail ? plain : Math.Min(Power.Growth(SkewedReach * reach, distance), Math.Max(plain, Math.Pow(measured.Skewness / MostSkewness, 2)));
    }

    private static long? More(SampleSize? sample, double growth)
    {
        if (sample is null)
        {
            return null;
        }

        var needed = Math.Max(sample.Items * growth, LeastItems);
        needed = sample.Groups < sample.Items ? Math.Max(needed, (double)sample.Items / sample.Groups * LeastGroups) : needed;
        var more = Math.Ceiling(needed - sample.Items);
        return double.IsFinite(more) && more <= TooMany ? Math.Max(1, (long)more) : null;
    }

    private static string MoreWords(SampleSize? sample, double growth)
    {
        if (sample is null)
        {
            return " More items may decide it.";
        }

        if (More(sample, growth) is not { } more)
        {
            return " The figure is so close to the bound that more items would hardly decide it.";
        }

        var groups = sample.Groups < sample.Items ? $" ({Count(Math.Max(1, (long)Math.Ceiling((double)more * sample.Groups / sample.Items)), "group")})" : "";
        return $" About {Count(more, $"more {sample.Unit}")}{groups} would probably decide.";
    }

    private static string Unit(SampleSize? sample) => sample?.Unit ?? "item";

    private static string Count(long number, string noun) => $"{number.ToString("N0", CultureInfo.InvariantCulture)} {(number == 1 ? noun : Noun.Plural(noun))}";
}
