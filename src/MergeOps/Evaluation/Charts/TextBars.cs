using System.Text;
using MergeOps.Diagnostics;

namespace MergeOps.Evaluation.Charts;

/// <summary>Charts in letters, for places that show neither pages nor images, such as the comments of a pull request.</summary>
internal static class TextBars
{
    private const int BarWidth = 24, NameWidth = 28, Eighths = 8;

    /// <summary>The charts, one below the other; empty when there is nothing to draw.</summary>
    public static string Write(IEnumerable<Chart> charts)
    {
        var text = new StringBuilder();
        foreach (var chart in charts.Where(chart => chart.IsDrawn))
        {
            text.Append(text.Length == 0 ? "" : "\n").Append(TerminalText.Escape(chart.Title)).Append(", ").Append(chart.Note).Append('\n');
            var names = chart.Rows.Select(row => TerminalText.Shortened(TerminalText.Escape(row.Name), NameWidth)).ToList();
            foreach (var (row, name) in chart.Rows.Zip(names))
            {
                text.Append(row.IsStrong ? "▸ " : "  ").Append(name.PadRight(names.Max(other => other.Length))).Append("  ")
                    .Append(Bar(row.Share).PadRight(BarWidth)).Append("  ").Append(TerminalText.Escape(row.Value)).Append('\n');
            }
        }

        return text.ToString();
    }

    // blocks of one eighth of a letter, from ▏ to █
    private static string Bar(double? share)
    {
        if (share is not { } length)
        {
            return "";
        }

        var eighths = Math.Max(1, (int)Math.Round(length * BarWidth * Eighths));
        return new string('█', eighths / Eighths) + (eighths % Eighths == 0 ? "" : ((char)('█' + Eighths - (eighths % Eighths))).ToString());
    }
}
