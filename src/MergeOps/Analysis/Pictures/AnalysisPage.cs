using MergeOps.Analysis.Reports;
using MergeOps.Diagnostics;
using MergeOps.Evaluation.Charts;
using MergeOps.Evaluation.Reports;
using MergeOps.Evaluation.Scores;

namespace MergeOps.Analysis.Pictures;

/// <summary>An analysis for people: a page without scripts, and its pictures.</summary>
internal static class AnalysisPage
{
    private const int MostPairs = 15;
    private const double Padding = 20, Gap = 28;
    private const string Style = ".frame { fill: none; stroke: var(--grid); } .cell.alike { fill: var(--parent); } .cell.apart { fill: var(--bad); }\n";

    /// <summary>The page.</summary>
    public static string Write(AnalysisReport report) => HtmlPage.Write(HtmlText.Of($"Analysis of {report.Recipe}"), Style, HtmlText.Of($"""
        <header><p class="kind">Analysis</p>
        <h1>{report.Recipe}</h1>
        <p class="lead">{AnalysisText.Heading(report)}</p></header>
        <main>
        <section><h2>Verdict</h2>
        {HtmlText.Join(AnalysisText.Verdict(report).Select(line => HtmlText.Of($"<p>{line}</p>\n")))}{(report.Verdict.Advice.Suggestion is { } suggestion ? HtmlText.Of($"<pre tabindex=\"0\"><code>{suggestion.Fragment}</code></pre>\n") : HtmlText.Empty)}</section>
        <section><h2>Cosines by layer and role</h2>
        {Section(report)}</section>
        {(report.KeepRate.Count == 0 ? HtmlText.Empty : HtmlText.Of($"<section><h2>Scores by the share that is kept</h2>\n<div class=\"charts wide\">\n{HtmlText.Join(report.KeepRate.Select(Curve))}</div></section>\n"))}<section><h2>Figures</h2>
        {HtmlText.Join(new[] { AnalysisText.Models(report), AnalysisText.Pairs(report), AnalysisText.Parts(report), AnalysisText.Gradients(report), AnalysisText.KeepRate(report) }.Concat(AnalysisText.Spectral(report)).Where(table => table.Count > 1).Select(Table))}</section>
        </main>

        """));

    /// <summary>The pictures as a part of a page.</summary>
    public static HtmlText Section(AnalysisReport report) => HtmlText.Of($"""
        <style>{new HtmlText(Style)}</style>
        <div class="charts wide">
        {HtmlText.Join(MapsOf(report).Select(map => Figure(map.Title, map.Words, map.Width, map.Height, map.Draw())))}{HtmlText.Join(SizesOf(report).Select(chart => Figure($"|δ| of {chart.Title}", chart.Words, chart.Width, SizeChart.Height, chart.Draw())))}</div>

        """);

    /// <summary>The heat maps and the histograms one below the other, as an image.</summary>
    public static string Image(AnalysisReport report)
    {
        List<(string Title, string Words, double Width, double Height, HtmlText Content)> parts =
        [
            .. MapsOf(report).Select(map => (map.Title, map.Words, map.Width, map.Height, map.Draw())),
            .. SizesOf(report).Select(chart => ($"|δ| of {chart.Title}", chart.Words, chart.Width, SizeChart.Height, chart.Draw())),
        ];
        var width = Math.Max(360, parts.Select(part => part.Width).DefaultIfEmpty(0).Max() + (2 * Padding));
        var (top, pieces) = (Padding, new List<HtmlText>());
        foreach (var part in parts)
        {
            pieces.Add(HtmlText.Of($"""
                <svg x="{Padding}" y="{top}" width="{width - (2 * Padding)}" height="{part.Height + Gap}"><text class="title" x="0" y="14">{TerminalText.Shortened(part.Title, (int)(width / 9))}</text><svg y="{Gap - 4}">{part.Content}</svg></svg>

                """));
            top += part.Height + (2 * Gap);
        }

        return HtmlText.Of($"""
            <svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{top}" viewBox="0 0 {width} {top}" role="img" aria-labelledby="title description">
            <title id="title">Cosines of {report.Recipe} by layer and role</title>
            <desc id="description">{string.Join(" ", parts.Select(part => part.Words))}</desc>
            <style>
            {new HtmlText(ReportStyle.Image + Style)}</style>
            <rect class="ground" x="0.5" y="0.5" width="{width - 1}" height="{top - 1}" rx="8"/>
            {HtmlText.Join(pieces)}</svg>

            """).Markup;
    }

    private static IEnumerable<HeatMap> MapsOf(AnalysisReport report)
    {
        string[] vectors = [.. report.Vectors];
        return report.Pairs.Take(MostPairs).Select(pair => HeatMap.Of(report.Sums, pair.A, pair.B, $"{vectors[pair.A]} × {vectors[pair.B]}"));
    }

    private static IEnumerable<SizeChart> SizesOf(AnalysisReport report) =>
        report.Vectors.Zip(report.Sums.Total.Sums.Histograms, (name, histogram) => new SizeChart(name, histogram)).Where(chart => chart.IsDrawn);

    private static HtmlText Figure(string title, string words, double width, double height, HtmlText content) => HtmlText.Of($"""
        <section class="chart">
        <h3>{title}</h3>
        <svg class="plot" viewBox="0 0 {width} {height}" height="{height}" preserveAspectRatio="xMinYMin meet" role="img" aria-label="{words}">
        {content}</svg>
        <p class="detail">{words}</p>
        </section>

        """);

    private static HtmlText Curve(SearchCurve curve)
    {
        var chart = new CurveChart(curve, 0);
        return HtmlText.Of($"""
            <section class="chart">
            <h3>{curve.Objective}</h3>
            <svg class="plot" height="{CurveChart.Height}" role="img" aria-label="{chart.Words}">
            {chart.Draw()}</svg>
            </section>

            """);
    }

    private static HtmlText Table(IReadOnlyList<string[]> rows) => HtmlTable.Write(
        rows[0][0], rows[0], rows.Skip(1).Select(row => new HtmlRow([.. row.Select(cell => HtmlText.Of($"{cell}"))])));
}
