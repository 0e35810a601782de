namespace MergeOps.Cli.Rendering;

/// <summary>Two columns of plain text, the left one as wide as its longest entry.</summary>
internal static class Columns
{
    /// <summary>Writes the rows; line breaks in a right column stay in that column.</summary>
    public static void Write(IReadOnlyList<(string Left, string Right)> rows, TextWriter output, string indent = "")
    {
        var width = rows.Select(row => row.Left.Length).DefaultIfEmpty().Max();
        var margin = indent + new string(' ', width + 2);
        foreach (var (left, right) in rows)
        {
            output.WriteLine($"{indent}{left.PadRight(width)}  {right.Replace("\n", $"\n{margin}", StringComparison.Ordinal)}");
        }
    }
}
