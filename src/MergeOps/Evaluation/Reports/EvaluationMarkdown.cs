using System.Globalization;
using System.Text;
using MergeOps.Diagnostics;
using MergeOps.Evaluation.Charts;
using MergeOps.Evaluation.Gates;
using MergeOps.Evaluation.Scores;
using MergeOps.Evaluation.Structure;

namespace MergeOps.Evaluation.Reports;

/// <summary>The report for a pull request, a job summary or a model card: tables whose foreign text stays in code spans.</summary>
internal sealed class EvaluationMarkdown : ReportFormat
{
    /// <summary>The file's name.</summary>
    public const string File = "evaluation.md";

    /// <inheritdoc/>
    public override string FileName => File;

    /// <inheritdoc/>
    public override string Summary => "for pull requests, job summaries and the model card";

    /// <inheritdoc/>
    public override string Text(EvaluationReport report) => Write(report);

    /// <summary>The text, with a heading of the third level.</summary>
    public static string Write(EvaluationReport report)
    {
        var text = new StringBuilder();
        text.Append("### Evaluation of ").Append(MarkdownText.Code(report.Recipe)).Append("\n\n");
        AppendBars(text, report);
        AppendScores(text, report, EvaluationTable.Of(report));
        AppendComparisons(text, report);
        AppendGates(text, report);
        AppendGeometry(text, report.GeometryInLetters);
        AppendUngated(text, report.Ungated);
        AppendCurve(text, report.Curve);
        AppendChecks(text, report);
        return text.ToString();
    }

    // comments of GitHub show no SVG; letters keep their places in a block of code
    private static void AppendBars(StringBuilder text, EvaluationReport report)
    {
        if (TextBars.Write(new ScoreCharts(report).Few) is { Length: > 0 } bars)
        {
            text.Append(MarkdownText.Block(bars.TrimEnd('\n'), "text")).Append('\n');
        }
    }

    private static void AppendScores(StringBuilder text, EvaluationReport report, EvaluationTable table)
    {
        AppendRow(text, table.Header.Select((cell, column) => column == 0 ? cell.Lines[0] : HeadCell(cell)));
        AppendRow(text, table.Header.Select((_, column) => column == 0 ? "---" : "---:"));
        foreach (var row in table.Rows)
        {
            AppendRow(text, row.Cells.Select((cell, column) => column == 0 ? HeadCell(cell) : string.Join("<br>", cell.Lines)));
        }

        text.Append('\n');
        foreach (var note in table.Notes)
        {
            text.Append(MarkdownText.Code(note)).Append("\n\n");
        }

        text.Append(ReportText.Legend(report)).Append('\n');
    }

    private static void AppendComparisons(StringBuilder text, EvaluationReport report)
    {
        foreach (var comparisons in report.Comparisons.GroupBy(comparison => comparison.Figure))
        {
            text.Append("\n| merged vs. | ").Append(comparisons.Key.Words).Append(" |\n| --- | ---: |\n");
            foreach (var comparison in comparisons)
            {
                AppendRow(
                    text, [$"{MarkdownText.Code(comparison.Other)} ({ReportText.Comparison(comparison.Against)})", comparisons.Key.Metric.Difference(comparison.Difference)]);
            }
        }
    }

    private static void AppendCurve(StringBuilder text, SearchCurve? curve)
    {
        if (curve is null)
        {
            return;
        }

        text.Append("\nNumbers chosen on validation items by ").Append(MarkdownText.Code(curve.Searcher)).Append(":\n\n");
        AppendRow(text, [.. curve.Parameters.Select(MarkdownText.Code), MarkdownText.Code(curve.Objective)]);
        AppendRow(text, [.. curve.Parameters.Select(_ => "---:"), "---:"]);
        foreach (var (index, point) in curve.Points.Index())
        {
            var cells = point.Values.Select(value => value.ToString("0.######", CultureInfo.InvariantCulture)).Append(ReportText.Score(curve, point));
            AppendRow(text, index == curve.Chosen ? cells.Select(cell => $"**{cell}**") : cells);
        }
    }

    private static void AppendGates(StringBuilder text, EvaluationReport report)
    {
        if (report.Gates.IsEmpty)
        {
            return;
        }

        text.Append("\n| gate | verdict | detail |\n| --- | --- | --- |\n");
        foreach (var gate in report.Gates)
        {
            var verdict = gate.Met ? ReportText.Verdict(gate) : $"**{ReportText.Verdict(gate)}**";
            AppendRow(text, [MarkdownText.Code(gate.Condition), verdict, MarkdownText.Code(gate.Detail + ReportText.Detectable(gate))]);
        }
    }

    private static void AppendGeometry(StringBuilder text, string letters)
    {
        if (letters.Length > 0)
        {
            text.Append("\nWhat the models learned, by layer:\n\n").Append(MarkdownText.Block(letters.TrimEnd('\n'), "text")).Append('\n');
        }
    }

    private static void AppendUngated(StringBuilder text, UngatedFalls ungated)
    {
        if (ungated.Falls.IsEmpty)
        {
            return;
        }

        text.Append("\n| worse, and no gate names it | difference | against |\n| --- | ---: | --- |\n");
        foreach (var fall in ungated.Falls)
        {
            AppendRow(text, [MarkdownText.Code(fall.Figure.ToString()), fall.Figure.Metric.Difference(fall.Difference), $"{MarkdownText.Code(fall.Other)} ({ReportText.Comparison(fall.Against)})"]);
        }

        text.Append('\n').Append(ReportText.Looked(ungated)).Append('\n');
    }

    private static void AppendChecks(StringBuilder text, EvaluationReport report)
    {
        if (report.Checks.IsEmpty)
        {
            return;
        }

        text.Append("\n| check | verdict | detail |\n| --- | --- | --- |\n");
        foreach (var check in report.Checks)
        {
            var word = ReportText.Verdict(check.Verdict);
            var verdict = check.Verdict == CheckVerdict.Failed ? $"**{word}**" : word;
            AppendRow(text, [check.Name, verdict, MarkdownText.Code(check.Detail)]);
        }
    }

    // the first line is a name from outside, the rest are our own words
    private static string HeadCell(TableCell cell) => string.Join("<br>", cell.Lines.Select((line, i) => i == 0 ? MarkdownText.Code(line) : line));

    private static void AppendRow(StringBuilder text, IEnumerable<string> cells) =>
        text.Append("| ").AppendJoin(" | ", cells).Append(" |\n");
}
