using MergeOps.Diagnostics;

namespace MergeOps.Evaluation.Charts;

/// <summary>Charts as an image for places that show no page, such as a model card: words are drawn too, and cut where they do not fit.</summary>
internal static class ChartSvg
{
    private const double Width = 820, Padding = 20, Gap = 24, TitleHeight = 22, NoteHeight = 20, LabelHeight = 18, AxisHeight = 22;
    private const int Columns = 2;

    /// <summary>The width of a panel, and about how wide a character is.</summary>
    private const double PanelWidth = (Width - (2 * Padding) - ((Columns - 1) * Gap)) / Columns, CharacterWidth = 7.7;

    /// <summary>The image; null when there is nothing to draw.</summary>
    /// <param name="title">What it shows.</param>
    /// <param name="description">What it shows in full, for who cannot see it.</param>
    /// <param name="charts">From left to right, then down.</param>
    /// <param name="style">The colors.</param>
    public static string? Write(string title, string description, IEnumerable<Chart> charts, string style)
    {
        var rows = charts.Where(chart => chart.IsDrawn).Chunk(Columns).ToList();
        if (rows.Count == 0)
        {
            return null;
        }

        var (panels, top) = (new List<HtmlText>(), Padding);
        foreach (var row in rows)
        {
            panels.AddRange(row.Select((chart, column) => Panel(chart, Padding + (column * (PanelWidth + Gap)), top)));
            top += row.Max(HeightOf) + Gap;
        }

        return Frame(title, description, top - Gap + Padding, HtmlText.Join(panels), style);
    }

    /// <summary>The image of a search.</summary>
    /// <param name="title">What it shows.</param>
    /// <param name="charts">One below the other.</param>
    /// <param name="style">The colors.</param>
    public static string? Write(string title, IReadOnlyList<CurveChart> charts, string style)
    {
        if (charts.Count == 0)
        {
            return null;
        }

        var height = TitleHeight + CurveChart.Height;
        return Frame(
            title,
            string.Join(" ", charts.Select(chart => chart.Words + ".")),
            (2 * Padding) + (charts.Count * height) + ((charts.Count - 1) * Gap),
            HtmlText.Join(charts.Select((chart, index) => HtmlText.Of($"""
                <svg x="{Padding}" y="{Padding + (index * (height + Gap))}" width="{Width - (2 * Padding)}" height="{height}">
                <text class="title" x="0" y="14">{TerminalText.Shortened(chart.Parameter, (int)((Width - (2 * Padding)) / CharacterWidth))}</text>
                <svg y="{TitleHeight}" width="100%" height="{CurveChart.Height}">
                {chart.Draw()}
                </svg>
                </svg>

                """))),
            style);
    }

    private static string Frame(string title, string description, double height, HtmlText content, string style) => HtmlText.Of($"""
        <svg xmlns="http://www.w3.org/2000/svg" width="{Width}" height="{height}" viewBox="0 0 {Width} {height}" role="img" aria-labelledby="title description">
        <title id="title">{title}</title>
        <desc id="description">{description}</desc>
        <style>
        {new HtmlText(style)}</style>
        <rect class="ground" x="0.5" y="0.5" width="{Width - 1}" height="{height - 1}" rx="8"/>
        {content}</svg>

        """).Markup;

    private static double HeightOf(Chart chart) =>
        TitleHeight + (chart.Note.Length > 0 ? NoteHeight : 0) + (chart.Rows.Length * (LabelHeight + Track.Height)) + AxisHeight;

    private static HtmlText Panel(Chart chart, double left, double top)
    {
        var y = TitleHeight + (chart.Note.Length > 0 ? NoteHeight : 0);
        return HtmlText.Of($"""
            <svg x="{left}" y="{top}" width="{PanelWidth}" height="{HeightOf(chart)}">
            <text class="title" x="0" y="14">{Fitted(chart.Title + (chart.Tag is var (word, _) ? $" – {word}" : ""), "", 1.25)}</text>
            {(chart.Note.Length > 0 ? HtmlText.Of($"""<text x="0" y="{TitleHeight + 10}">{Fitted(chart.Note, "", 1)}</text>""") : HtmlText.Empty)}
            {HtmlText.Join(chart.Rows.Select((row, index) => Row(row, y + (index * (LabelHeight + Track.Height)))))}
            <svg y="{y + (chart.Rows.Length * (LabelHeight + Track.Height))}" width="100%" height="{AxisHeight}">{ChartHtml.Ticks(chart.Scale, AxisHeight - 8)}</svg>
            </svg>

            """);
    }

    private static HtmlText Row(ChartRow row, double top) => HtmlText.Of($"""
        <g{(row.IsStrong ? new HtmlText(" class=\"strong\"") : HtmlText.Empty)}><text class="name" x="0" y="{top + 13}">{Fitted(row.Name, row.Value, 1)}</text><text class="value" x="100%" y="{top + 13}" text-anchor="end">{Fitted(row.Value, "", 1)}</text>
        <svg y="{top + LabelHeight}" width="100%" height="{Track.Height}">{(row.Track is { } track ? track.Markup : HtmlText.Empty)}</svg></g>

        """);

    // beside another text on its line
    private static string Fitted(string text, string other, double size)
    {
        var room = (int)((PanelWidth / (CharacterWidth * size)) - Math.Min(other.Length, 24) - (other.Length > 0 ? 2 : 0));
        return TerminalText.Shortened(text, Math.Max(8, room));
    }
}
