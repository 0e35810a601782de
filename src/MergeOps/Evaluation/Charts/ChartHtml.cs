namespace MergeOps.Evaluation.Charts;

/// <summary>Charts on a page: words are text of the page, which wraps and is read aloud, and only marks are drawn.</summary>
internal static class ChartHtml
{
    /// <summary>The height of the line that holds the ticks' values, in pixels.</summary>
    private const double AxisHeight = 18;

    /// <summary>Where a tick's value would be cut in half by an end of the line.</summary>
    private const double EdgePercent = 6;

    /// <summary>A chart with its heading.</summary>
    /// <param name="chart">What is drawn.</param>
    /// <param name="level">The level of the heading, one below that of what it stands in.</param>
    public static HtmlText Write(Chart chart, int level) => HtmlText.Of($"""
        <section class="chart">
        <h{level}>{chart.Title}{Tag(chart)}</h{level}>
        {(chart.Note.Length == 0 ? HtmlText.Empty : HtmlText.Of($"<p class=\"soft\">{chart.Note}</p>\n"))}<ul class="rows">
        {HtmlText.Join(chart.Rows.Select(row => Row(row)))}</ul>
        {(chart.IsDrawn ? Axis(chart.Scale) : HtmlText.Empty)}{(chart.Detail.Length == 0 ? HtmlText.Empty : HtmlText.Of($"<p class=\"detail\">{chart.Detail}</p>\n"))}</section>

        """);

    /// <summary>The values of the ticks, each below its place.</summary>
    public static HtmlText Ticks(Scale scale, double baseline) => HtmlText.Join(scale.Ticks.Select(tick =>
    {
        var at = scale.At(tick);
        var anchor = at.Value < EdgePercent ? "start" : at.Value > 100 - EdgePercent ? "end" : "middle";
        return HtmlText.Of($"""<text x="{at}" y="{baseline}" text-anchor="{anchor}">{scale.Unit.Text(tick)}</text>""");
    }));

    private static HtmlText Tag(Chart chart) =>
        chart.Tag is var (word, name) ? HtmlText.Of($" <span class=\"verdict {name}\">{word}</span>") : HtmlText.Empty;

    private static HtmlText Row(ChartRow row) => HtmlText.Of($"""
        <li{(row.IsStrong ? new HtmlText(" class=\"strong\"") : HtmlText.Empty)}><span class="name">{row.Name}{(row.Note.Length == 0 ? HtmlText.Empty : HtmlText.Of($" <small>{row.Note}</small>"))}</span> <span class="value">{row.Value}</span>{Marks(row)}</li>

        """);

    // what is drawn stands in words before it
    private static HtmlText Marks(ChartRow row) => row.Track is { } track
        ? HtmlText.Of($"""<svg class="track" height="{Track.Height}" aria-hidden="true">{track.Markup}</svg>""")
        : HtmlText.Empty;

    private static HtmlText Axis(Scale scale) => HtmlText.Of($"""
        <svg class="axis" height="{AxisHeight}" aria-hidden="true">{Ticks(scale, AxisHeight - 4)}</svg>

        """);
}
