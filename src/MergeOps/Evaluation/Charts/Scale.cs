using System.Collections.Immutable;
using System.Globalization;
using MergeOps.Evaluation.Contract;

namespace MergeOps.Evaluation.Charts;

/// <summary>A place along a line, from 0 at its left end to 100 at its right one; pages of any width show the same picture.</summary>
internal readonly record struct Percent(double Value);

/// <summary>Where values lie along a line, and which of them are written below it.</summary>
/// <param name="Lowest">The value at the left end.</param>
/// <param name="Highest">The value at the right end, above the lowest.</param>
/// <param name="Ticks">The round values in between, in their order.</param>
/// <param name="Unit">How a tick is written.</param>
internal sealed record Scale(double Lowest, double Highest, ImmutableArray<double> Ticks, TickUnit Unit)
{
    /// <summary>So many ticks are read at the narrowest width.</summary>
    private const int MostTicks = 5;

    /// <summary>What stands free beside the outermost value.</summary>
    private const double Margin = 0.04;

    /// <summary>A scale on which all of the values lie, with 0 among them.</summary>
    public static Scale WithZero(IEnumerable<double> values, TickUnit unit) => Of(values.Append(0), unit);

    /// <summary>A scale on which all of the values lie; ends that are no 0 stand a little apart from them.</summary>
    public static Scale Of(IEnumerable<double> values, TickUnit unit)
    {
        double[] all = [.. values.Where(double.IsFinite)];
        var (lowest, highest) = all.Length == 0 ? (0, 1) : (all.Min(), all.Max());
        var width = highest > lowest ? highest - lowest : Math.Max(Math.Abs(highest), 1e-3);
        (lowest, highest) = highest > lowest ? (lowest, highest) : (lowest == 0 ? 0 : lowest - (width / 2), highest + (width / 2));
        lowest = lowest == 0 ? 0 : lowest - (Margin * width);
        highest = highest == 0 ? 0 : highest + (Margin * width);
        return new(lowest, highest, Round(lowest, highest), unit);
    }

    /// <summary>A scale from one value to another.</summary>
    public static Scale Between(double lowest, double highest, TickUnit unit) => new(lowest, highest, Round(lowest, highest), unit);

    /// <summary>Where a value lies; what lies beyond an end lies on it.</summary>
    public Percent At(double value) => new(100 * Math.Clamp((value - Lowest) / (Highest - Lowest), 0, 1));

    // multiples of 1, 2, 2.5 or 5 times a power of ten, as many as there is room for
    private static ImmutableArray<double> Round(double lowest, double highest)
    {
        var rough = (highest - lowest) / MostTicks;
        var power = Math.Pow(10, Math.Floor(Math.Log10(rough)));
        var step = new[] { 1, 2, 2.5, 5, 10 }.Select(factor => factor * power).First(size => size >= rough * (1 - 1e-9));
        var first = (long)Math.Ceiling((lowest / step) - 1e-9);
        var last = (long)Math.Floor((highest / step) + 1e-9);
        return [.. Enumerable.Range(0, (int)(last - first) + 1).Select(index => Math.Round((first + index) * step, 12) + 0.0)];
    }
}

/// <summary>How values are written below a line.</summary>
/// <param name="IsShare">Whether people read them in percent.</param>
/// <param name="IsDifference">Whether they have a sign.</param>
internal readonly record struct TickUnit(bool IsShare, bool IsDifference)
{
    /// <summary>Of a metric's figures.</summary>
    public static TickUnit Of(Metric metric, bool isDifference) => new(metric.IsShare, isDifference);

    /// <summary><c>75 %</c>, <c>+5</c> for points, <c>−0.02</c>.</summary>
    public string Text(double value)
    {
        var shown = IsShare ? 100 * value : value;
        var text = Math.Abs(Math.Round(shown, 6)).ToString("0.######", CultureInfo.InvariantCulture);
        var sign = shown < 0 ? "−" : IsDifference && shown > 0 ? "+" : "";
        return $"{sign}{text}{(IsShare && !IsDifference ? " %" : "")}";
    }
}
