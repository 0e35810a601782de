using MergeOps.Diagnostics;
using MergeOps.Evaluation.Contract;
using MergeOps.Evaluation.Reports;
using MergeOps.Pipeline.Stages;
using Spectre.Console;
using TableCell = MergeOps.Evaluation.Reports.TableCell;

namespace MergeOps.Cli.Rendering;

/// <summary>
/// The table of an evaluation on the terminal: in a frame where that fits, else without vertical lines, on a narrow one with
/// each interval and each number of groups on a line of its own, and as a list where not even that fits, so that no number
/// is ever broken.
/// </summary>
internal static class EvaluationScreen
{
    private const int FrameOfColumn = 3;
    private const int GapOfColumn = 2;

    /// <summary>Writes the table and the comparisons as data.</summary>
    public static void Write(EvaluationView view, Screen screen)
    {
        if (screen.Traits.OutputIsTerminal && NarrowestOf(view.Table) > screen.Traits.Width)
        {
            WriteList(view.Table, screen.Out);
        }
        else if (!view.Table.Rows.IsEmpty)
        {
            screen.Data.Write(TableOf(view, screen.Traits));
        }

        foreach (var comparison in view.Comparisons)
        {
            screen.Out.WriteLine(TerminalText.Escape(comparison));
        }
    }

    private static Table TableOf(EvaluationView view, ScreenTraits traits)
    {
        var evaluation = view.Table;
        var text = Enumerable.Range(0, evaluation.Header.Length)
            .Sum(column => evaluation.Rows.Select(row => row.Cells[column]).Append(evaluation.Header[column]).Max(WidthOf));
        var columns = evaluation.Header.Length;
        var isFramed = !traits.OutputIsTerminal || text + (columns * FrameOfColumn) + 1 <= traits.Width;
        var isNarrow = !isFramed && text + (columns * GapOfColumn) > traits.Width;
        var table = new Table
        {
            Border = isFramed ? (traits.OutputIsTerminal ? TableBorder.Rounded : TableBorder.Ascii) : TableBorder.Horizontal,
        };
        foreach (var (cell, index) in evaluation.Header.Select((cell, index) => (cell, index)))
        {
            table.AddColumn(new TableColumn(Text(cell, isBold: true, isNarrow))
            {
                Alignment = index == 0 ? Justify.Left : Justify.Right,
                Padding = isFramed ? new Padding(1, 0) : new Padding(0, 0, isNarrow || index == columns - 1 ? 0 : 1, 0),
            });
        }

        foreach (var row in evaluation.Rows)
        {
            table.AddRow(row.Cells.Select(cell => Text(cell, row.Role is ModelRole.Merged, isNarrow)));
            if (row != evaluation.Rows[^1])
            {
                table.AddEmptyRow();
            }
        }

        return table;
    }

    // the width below which a number would be broken
    private static int NarrowestOf(EvaluationTable table) => table.Header.Length + Enumerable.Range(0, table.Header.Length)
        .Sum(column => table.Rows.Select(row => row.Cells[column]).Append(table.Header[column]).Max(cell => Broken(cell).Split('\n').Max(line => line.Length)));

    private static void WriteList(EvaluationTable table, TextWriter output)
    {
        foreach (var row in table.Rows)
        {
            output.WriteLine(InOneLine(row.Cells[0]));
            foreach (var (cell, column) in row.Cells.Select((cell, column) => (cell, column)).Skip(1))
            {
                output.WriteLine($"  {TerminalText.Escape(table.Header[column].Lines[0])}: {InOneLine(cell)}");
            }
        }
    }

    private static string InOneLine(TableCell cell) => TerminalText.Escape(string.Join(", ", cell.Lines));

    private static string Broken(TableCell cell) => string.Join('\n', cell.Lines.Select(line => TerminalText.Escape(line)))
        .Replace(" (", "\n(", StringComparison.Ordinal)
        .Replace(" of ", "\nof ", StringComparison.Ordinal)
        .Replace(" in ", "\nin ", StringComparison.Ordinal);

    private static int WidthOf(TableCell cell) => cell.Lines.Max(line => line.Length);

    private static Text Text(TableCell cell, bool isBold, bool isNarrow)
    {
        var lines = isNarrow ? Broken(cell) : string.Join('\n', cell.Lines.Select(line => TerminalText.Escape(line)));
        return new(lines, isBold ? Style.Parse("bold") : Style.Plain);
    }
}
