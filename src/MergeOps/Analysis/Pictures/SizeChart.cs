using System.Collections.Immutable;
using System.Globalization;
using MergeOps.Analysis.Sums;
using MergeOps.Evaluation.Charts;

namespace MergeOps.Analysis.Pictures;

/// <summary>How many of a vector's entries have which size |δ|, by powers of two.</summary>
internal sealed class SizeChart
{
    private const double Bar = 12, PlotHeight = 120, Bottom = 22;

    private readonly SizeHistogram histogram;
    private readonly double sum;
    private readonly int first;
    private readonly int last;

    /// <summary>Of a vector.</summary>
    /// <param name="title">What it is called.</param>
    /// <param name="histogram">Its entries.</param>
    public SizeChart(string title, SizeHistogram histogram)
    {
        (Title, this.histogram) = (title, histogram);
        sum = histogram.Bins.Sum();
        ImmutableArray<int> filled = [.. Enumerable.Range(0, SizeHistogram.BinCount).Where(bin => histogram.Bins[bin] > sum / 10_000)];
        (first, last) = filled.IsEmpty ? (0, -1) : (filled[0], filled[^1]);
    }

    /// <summary>What it is of.</summary>
    public string Title { get; }

    /// <summary>Whether there is anything to draw.</summary>
    public bool IsDrawn => last >= first;

    /// <summary>How high the drawing is, in pixels.</summary>
    public static double Height => PlotHeight + Bottom;

    /// <summary>How wide it is.</summary>
    public double Width => (last - first + 1) * Bar;

    /// <summary>What it shows, in a sentence.</summary>
    public string Words => !IsDrawn ? $"{Title}: all entries are 0." : string.Create(
        CultureInfo.InvariantCulture,
        $"{Title}: sizes from about {Size(first):0.#e+0} to {2 * Size(last):0.#e+0}, most of them near {Size(Peak):0.#e+0}.");

    private int Peak => Enumerable.Range(first, last - first + 1).MaxBy(bin => histogram.Bins[bin]);

    /// <summary>The bars.</summary>
    public HtmlText Draw()
    {
        var most = histogram.Bins.Max();
        return HtmlText.Join(Enumerable.Range(first, last - first + 1).Select(bin =>
        {
            var height = PlotHeight * histogram.Bins[bin] / most;
            var words = string.Create(CultureInfo.InvariantCulture, $"|δ| from {Size(bin):0.##e+0} on: {100 * histogram.Bins[bin] / sum:0.0} %");
            var left = (bin - first) * Bar;
            var tick = (bin + SizeHistogram.FirstExponent) % 4 == 0
                ? HtmlText.Of($"""<text x="{left}" y="{PlotHeight + 16}">2{Raised(bin + SizeHistogram.FirstExponent)}</text>""") : HtmlText.Empty;
            return HtmlText.Of($"""<g><title>{words}</title><rect class="bar parent" x="{left}" y="{PlotHeight - height}" width="{Bar - 2}" height="{height}"/></g>{tick}""");
        }));
    }

    private static double Size(int bin) => Math.ScaleB(1, bin + SizeHistogram.FirstExponent);

    private static string Raised(int number) => string.Concat(number.ToString(CultureInfo.InvariantCulture).Select(digit => digit == '-' ? '⁻' : "⁰¹²³⁴⁵⁶⁷⁸⁹"[digit - '0']));
}
