using MergeOps.Evaluation.Intervals;

namespace MergeOps.Evaluation.Charts;

/// <summary>What is drawn along one line of a chart, one thing over the other. Positions are percentages, so that text beside it keeps its size at every width.</summary>
/// <param name="scale">Where values lie.</param>
internal sealed class Track(Scale scale)
{
    /// <summary>How high a line is, in pixels.</summary>
    public const double Height = 20;

    private const double Middle = Height / 2;
    private const double BarHeight = 12;

    /// <summary>The least width of a bar, so that one of 0 is seen to be there.</summary>
    private const double LeastBar = 3;

    private readonly List<HtmlText> marks = [];

    /// <summary>The marks in the order in which they were drawn.</summary>
    public HtmlText Markup => HtmlText.Join(marks);

    /// <summary>A thin line at each tick.</summary>
    public Track Grid()
    {
        marks.AddRange(scale.Ticks.Select(tick => Upright(tick, tick == 0 ? "zero" : "grid")));
        return this;
    }

    /// <summary>The values that are allowed: from one, or the left end, to another, or the right end.</summary>
    public Track Allowed(double? from, double? to)
    {
        var (left, right) = (scale.At(from ?? scale.Lowest).Value, scale.At(to ?? scale.Highest).Value);
        marks.Add(HtmlText.Of($"""<rect class="allowed" x="{new Percent(left)}" y="0" width="{new Percent(right - left)}" height="{Height}"/>"""));
        return this;
    }

    /// <summary>The line of a bound.</summary>
    public Track Bound(double value)
    {
        marks.Add(Upright(value, "bound"));
        return this;
    }

    /// <summary>A bar from 0, or from the end that is nearest to it.</summary>
    /// <param name="value">Where it ends.</param>
    /// <param name="name">Its class, which colors it.</param>
    public Track Bar(double value, string name)
    {
        var (zero, end) = (scale.At(0).Value, scale.At(value).Value);
        var (left, width) = (Math.Min(zero, end), Math.Abs(end - zero));
        marks.Add(HtmlText.Of($"""<rect class="bar {name}" x="{new Percent(left)}" y="{Middle - (BarHeight / 2)}" width="{new Percent(width)}" height="{BarHeight}" rx="2"/>"""));
        // a value of 0 is something else than no value
        marks.Add(HtmlText.Of($"""<rect class="bar {name}" x="{new Percent(left)}" y="{Middle - (BarHeight / 2)}" width="{LeastBar}" height="{BarHeight}" rx="1"/>"""));
        return this;
    }

    /// <summary>A line over an interval, with a cap at each end.</summary>
    public Track Whisker(Interval interval)
    {
        var (left, right) = (scale.At(interval.Lower), scale.At(interval.Upper));
        marks.Add(HtmlText.Of($"""<line class="whisker" x1="{left}" x2="{right}" y1="{Middle}" y2="{Middle}"/>"""));
        marks.Add(Cap(left));
        marks.Add(Cap(right));
        return this;
    }

    /// <summary>A point with its interval.</summary>
    /// <param name="value">The point.</param>
    /// <param name="interval">Its interval; null when there is none.</param>
    /// <param name="name">Its class, which colors it.</param>
    public Track Point(double value, Interval? interval, string name)
    {
        if (interval is { } around)
        {
            marks.Add(HtmlText.Of($"""<line class="reach {name}" x1="{scale.At(around.Lower)}" x2="{scale.At(around.Upper)}" y1="{Middle}" y2="{Middle}"/>"""));
        }

        marks.Add(HtmlText.Of($"""<circle class="dot {name}" cx="{scale.At(value)}" cy="{Middle}" r="5"/>"""));
        return this;
    }

    private static HtmlText Cap(Percent at) => HtmlText.Of($"""<line class="whisker" x1="{at}" x2="{at}" y1="{Middle - 4}" y2="{Middle + 4}"/>""");

    private HtmlText Upright(double value, string name) =>
        HtmlText.Of($"""<line class="{name}" x1="{scale.At(value)}" x2="{scale.At(value)}" y1="0" y2="{Height}"/>""");
}
