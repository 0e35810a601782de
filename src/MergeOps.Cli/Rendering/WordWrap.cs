using System.Text;

namespace MergeOps.Cli.Rendering;

/// <summary>
/// Breaks lines between words where a terminal would break them anywhere. What follows is indented as the line was, and a
/// little more; a word that is longer than a line, such as a path, stays whole.
/// </summary>
internal static class WordWrap
{
    private const int Further = 2;
    private const char Escape = '\e';

    /// <summary>The line with line feeds in it; the same line when it fits, or draws over itself.</summary>
    /// <param name="line">Without its line break; may set colours.</param>
    /// <param name="width">Columns of the terminal.</param>
    public static string Fold(string line, int width)
    {
        if (width <= 0 || WidthOf(line) <= width || line.Contains('\r'))
        {
            return line;
        }

        var indent = new string(' ', Math.Min(line.Length - line.TrimStart(' ').Length + Further, width / 2));
        var folded = new StringBuilder(line.Length + 64);
        var column = 0;
        var gap = 0;
        foreach (var word in line.Split(' '))
        {
            var length = WidthOf(word);
            if (word.Length == 0)
            {
                gap++;
                continue;
            }

            if (folded.Length > 0 && column > indent.Length && column + gap + length > width)
            {
                folded.Append('\n').Append(indent);
                column = indent.Length;
            }
            else
            {
                folded.Append(' ', gap);
                column += gap;
            }

            folded.Append(word);
            column += length;
            gap = 1;
        }

        return folded.ToString();
    }

    // a colour takes no column: ESC [ … m
    private static int WidthOf(string text)
    {
        var width = 0;
        for (var i = 0; i < text.Length; i++)
        {
            if (text[i] == Escape && text.IndexOf('m', i) is >= 0 and var end)
            {
                i = end;
            }
            else
            {
                width++;
            }
        }

        return width;
    }
}
