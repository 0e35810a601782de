using System.Globalization;
using MergeOps.Evaluation.Contract;
using MergeOps.Evaluation.Gates;
using MergeOps.Evaluation.Scores;
using MergeOps.Evaluation.Structure;
using MergeOps.Recipes.Declarations;

namespace MergeOps.Evaluation.Reports;

/// <summary><c>report.html</c>: one page without scripts, images or anything else from elsewhere; light and dark.</summary>
internal sealed class EvaluationHtml : ReportFormat
{
    /// <summary>The file's name.</summary>
    public const string File = "report.html";

    /// <inheritdoc/>
    public override string FileName => File;

    /// <inheritdoc/>
    public override string Summary => "for people: one self-contained page without scripts";

    /// <inheritdoc/>
    public override string Text(EvaluationReport report) => Write(report);

    /// <summary>The file's text.</summary>
    public static string Write(EvaluationReport report) => HtmlText.Of($"""
        <!doctype html>
        <html lang="en">
        <head>
        <meta charset="utf-8">
        <meta name="viewport" content="width=device-width, initial-scale=1">
        <meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
        <title>Evaluation of {report.Recipe}</title>
        <style>
        {Style()}</style>
        </head>
        <body>
        <main>
        <p class="kind">Evaluation</p>
        <h1>{report.Recipe}</h1>
        {Verdict(report)}{Tiles(report)}{Charts(report)}{Table(report)}{Gates(report)}{Checks(report)}{Data(report)}</main>
        </body>
        </html>

        """).Markup;

    private static HtmlText Style()
    {
        using var css = typeof(EvaluationHtml).Assembly.GetManifestResourceStream("MergeOps.Evaluation.Reports.report.css")!;
        using var reader = new StreamReader(css);
        return new(reader.ReadToEnd());
    }

    private static HtmlText Verdict(EvaluationReport report)
    {
        var words = report switch
        {
            _ when report.Gates.Any(gate => !gate.Met) => $"Gates: {report.GateSummary}",
            { Passed: false } => "The merged files fail a check",
            { Gates: [] } => "Measured; the recipe has no gatess",
            { Gates: [_] } => "The gate passed",
            { Gates: [_, _] } => "Both gates passed",
            _ => $"All {report.Gates.Length} gates passed",
        };
        return HtmlText.Of($"""
            <p class="verdict {ClassOf(report.Verdict)}">{words}</p>

            """);
    }

    private static HtmlText Tiles(EvaluationReport report)
    {
        if (report.Data.Tasks.IsEmpty
            || report.Models.FirstOrDefault(model => model.Result.Role == ModelRole.Merged) is not { Result.WhyNot: null } merged)
        {
            return HtmlText.Empty;
        }

        var comparisons = report.Comparisons.Where(comparison => comparison.Difference.Exists).Select(comparison => Tile(
            comparison.Difference, comparison.Figure.Metric.Difference(comparison.Difference), $"{(report.Headlines.Count() > 1 ? $"{comparison.Figure.Words} " : "")}vs. {ReportText.Comparison(comparison.Against)}{(comparison.Against == Baselines.Average ? "" : $": {comparison.Other}")}"));
        var headlines = report.Headlines.Select(figure => Tile(
            merged.Figures[figure], figure.Metric.Text(merged.Figures[figure]), $"{figure.Words} of the merged model"));
        return HtmlText.Of($"""
            <div class="tiles">
            {HtmlText.Join(headlines)}{HtmlText.Join(comparisons)}</div>

            """);
    }

    // the figure is set large, its interval small
    private static HtmlText Tile(Measured figure, string text, string label)
    {
        var parts = text.Split(" (", 2);
        var interval = figure.Interval is null ? "" : $"95 %: {parts[1].TrimEnd(')')}";
        return HtmlText.Of($"""
            <div class="tile"><b>{parts[0]}</b><span class="soft">{interval}</span><p>{label}</p></div>

            """);
    }

    private static HtmlText Charts(EvaluationReport report) => HtmlText.Join(report.Headlines.Where(IsCharted).Select(figure =>
    {
        var chart = new ShareChart(report, figure);
        return chart.Draw() is { Markup.Length: > 0 } drawn
            ? HtmlText.Of($"""
                <h2>{chart.Title}</h2>
                <div class="panel">
                {drawn}</div>
                <p class="soft">{figure.Metric.Caption}
                Whiskers: 95 % intervals; items of a group count as related.</p>

                """)
            : HtmlText.Empty;
    }));

    private static bool IsCharted(Figure figure) => figure.Metric is { IsShare: true, Range.Highest: 1 };

    // what the charts do not say
    private static string Captions(EvaluationReport report) => string.Join(
        ' ', report.Figures.Select(figure => figure.Metric).Except(report.Headlines.Where(IsCharted).Select(figure => figure.Metric)).Select(metric => metric.Caption).OfType<string>().Distinct());

    private static HtmlText Table(EvaluationReport report)
    {
        var table = EvaluationTable.Of(report);
        return HtmlText.Of($"""
            <h2>Scores</h2>
            <div class="panel">
            <table>
            <thead><tr>{HtmlText.Join(table.Header.Select(cell => Cell("th", cell)))}</tr></thead>
            <tbody>
            {HtmlText.Join(table.Rows.Select(row => HtmlText.Of($"""
                <tr class="{(row.Role == ModelRole.Merged ? "merged" : "")}">{HtmlText.Join(row.Cells.Select(cell => Cell("td", cell)))}</tr>

                """)))}</tbody>
            </table>
            </div>
            {HtmlText.Join(table.Notes.Select(note => HtmlText.Of($"<p>{note}</p>\n")))}<p class="soft">{Captions(report)}</p>

            """);
    }

    private static HtmlText Cell(string element, TableCell cell) => HtmlText.Of(
        $"<{element}>{cell.Lines[0]}{HtmlText.Join(cell.Lines.Skip(1).Select(line => HtmlText.Of($"<small>{line}</small>")))}</{element}>");

    private static HtmlText Gates(EvaluationReport report) => Verdicts(
        "Gates", "Gate", report.Gates.Select(gate => (gate.Condition, ReportText.Verdict(gate), ClassOf(gate.Verdict), gate.Detail + ReportText.Detectable(gate))));

    private static HtmlText Checks(EvaluationReport report) => Verdicts(
        "Structure",
        "Check",
        report.Checks.Select(check => (
            check.Name,
            check.Verdict switch { CheckVerdict.Passed => "passed", CheckVerdict.Failed => "failed", _ => "not applicable" },
            check.Verdict == CheckVerdict.Failed ? "no" : "yes",
            check.Detail)));

    private static HtmlText Verdicts(string title, string kind, IEnumerable<(string Name, string Word, string Class, string Detail)> rows)
    {
        HtmlText[] lines = [.. rows.Select(row => HtmlText.Of($"""
            <tr><td><code>{row.Name}</code></td><td><span class="verdict {row.Class}">{row.Word}</span></td><td>{row.Detail}</td></tr>

            """))];
        return lines.Length == 0 ? HtmlText.Empty : HtmlText.Of($"""
            <h2>{title}</h2>
            <div class="panel words">
            <table>
            <thead><tr><th>{kind}</th><th>Verdict</th><th>Detail</th></tr></thead>
            <tbody>
            {HtmlText.Join(lines)}</tbody>
            </table>
            </div>

            """);
    }

    private static HtmlText Data(EvaluationReport report) => HtmlText.Of($"""
        <h2>Data</h2>
        <div class="panel words">
        <table>
        <thead><tr><th>Name</th><th>Items</th><th>SHA-256</th></tr></thead>
        <tbody>
        {HtmlText.Join(report.Data.Tasks.Select(task => DataRow(task.Name, Count(task), task.Digest)))}
        {HtmlText.Join(report.Data.Texts.Select(text => DataRow(text.Name, $"a text of {Count(text.Items.Length)} blocks", text.Digest)))}</tbody>
        </table>
        </div>

        """);

    private static string ClassOf(GateVerdict verdict) => verdict switch
    {
        GateVerdict.Passed => "yes",
        GateVerdict.Failed => "no",
        _ => "open",
    };

    private static string Count(Subject task) =>
        Count(task.Items.Length) + (task.Groups.Count < task.Items.Length ? $" in {Count(task.Groups.Count)} groups" : "");

    private static string Count(int items) => items.ToString(CultureInfo.InvariantCulture);

    private static HtmlText DataRow(string name, string items, string digest) => HtmlText.Of($"""
        <tr><td>{name}</td><td>{items}</td><td><code>{digest}</code></td></tr>

        """);
}
