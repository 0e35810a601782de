using MergeOps.Diagnostics;
using MergeOps.Evaluation;
using MergeOps.Pipeline;
using Spectre.Console;
using TableCell = MergeOps.Evaluation.Reports.TableCell;

namespace MergeOps.Cli.Rendering;

/// <summary>The table of an evaluation on the terminal.</summary>
internal static class EvaluationScreen
{
    /// <summary>Writes the table and the comparisons as data.</summary>
    public static void Write(EvaluationView view, Screen screen)
    {
        var evaluation = view.Table;
        var table = new Table { Border = screen.Traits.OutputIsTerminal ? TableBorder.Rounded : TableBorder.Ascii };
        foreach (var (cell, index) in evaluation.Header.Select((cell, index) => (cell, index)))
        {
            table.AddColumn(new TableColumn(Text(cell, isBold: true)) { Alignment = index == 0 ? Justify.Left : Justify.Right });
        }

        foreach (var row in evaluation.Rows)
        {
            table.AddRow(row.Cells.Select(cell => Text(cell, row.Role is ModelRole.Merged)));
            if (row != evaluation.Rows[^1])
            {
                table.AddEmptyRow();
            }
        }

        if (!evaluation.Rows.IsEmpty)
        {
            screen.Data.Write(table);
        }

        foreach (var comparison in view.Comparisons)
        {
            screen.Out.WriteLine(TerminalText.Escape(comparison));
        }
    }

    private static Text Text(TableCell cell, bool isBold) =>
        new(string.Join('\n', cell.Lines.Select(line => TerminalText.Escape(line))), isBold ? Style.Parse("bold") : Style.Plain);
}
