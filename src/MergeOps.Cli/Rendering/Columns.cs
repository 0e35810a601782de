using System.Collections.Immutable;
using MergeOps.Diagnostics;

namespace MergeOps.Cli.Rendering;

/// <summary>
/// Columns of plain text, each as wide as its longest entry, two spaces apart; what comes last is not padded. An entry that
/// is very long, as names from files can be, is cut in its middle.
/// </summary>
internal static class Columns
{
    private const string Gap = "  ";
    private const int LongestEntry = 250;

    /// <summary>Writes rows of equal length; line breaks in a last column stay in that column.</summary>
    /// <param name="rows">The rows; a heading is a row.</param>
    /// <param name="output">Takes the lines.</param>
    /// <param name="indent">Begins every line.</param>
    /// <param name="toTheRight">The columns whose entries end in line, such as numbers.</param>
    public static void Write(IReadOnlyList<string[]> rows, TextWriter output, string indent = "", params ImmutableArray<int> toTheRight)
    {
        if (rows.Count == 0)
        {
            return;
        }

        rows = [.. rows.Select(row => row.Select(cell => cell.Length <= LongestEntry ? cell : TerminalText.Shortened(cell, LongestEntry)).ToArray())];
        var widths = Enumerable.Range(0, rows[0].Length).Select(column => rows.Max(row => row[column].Length)).ToArray();
        var margin = "\n" + indent + string.Concat(widths[..^1].Select(width => new string(' ', width) + Gap));
        foreach (var row in rows)
        {
            var cells = row.Select((cell, column) =>
                toTheRight.Contains(column) ? cell.PadLeft(widths[column])
                : column < row.Length - 1 ? cell.PadRight(widths[column])
                : cell.Replace("\n", margin, StringComparison.Ordinal));
            output.WriteLine(indent + string.Join(Gap, cells));
        }
    }
}
