using MergeOps.Diagnostics;

namespace MergeOps.Recipes.Yaml;

/// <summary>A text file with what turns offsets (UTF-16 units from its start) into lines and columns in code points.</summary>
internal sealed class SourceText
{
    private readonly List<int> lineStarts = [0];
    private readonly List<int> lowSurrogates = [];

    public SourceText(string path, string text)
    {
        (Path, Text) = (path, text);
        for (var i = 0; i < text.Length; i++)
        {
            if (text[i] == '\n' || (text[i] == '\r' && !(i + 1 < text.Length && text[i + 1] == '\n')))
            {
                lineStarts.Add(i + 1);
            }
            else if (char.IsLowSurrogate(text[i]))
            {
                lowSurrogates.Add(i);
            }
        }
    }

    /// <summary>The file as the user named it.</summary>
    public string Path { get; }

    /// <summary>The text without a byte-order mark.</summary>
    public string Text { get; }

    /// <summary>The number of lines; an empty text has one.</summary>
    public int LineCount => lineStarts.Count;

    /// <summary>The place of a range of offsets.</summary>
    public SourceSpan Span(int start, int end)
    {
        var (line, column) = PositionOf(start);
        var (endLine, endColumn) = PositionOf(end);
        return new(Path, line, column, endLine, endColumn);
    }

    /// <summary>The place of one code point, or of the end of the text.</summary>
    public SourceSpan Character(int offset) =>
        Span(offset, Math.Min(Text.Length, offset + (offset < Text.Length && char.IsHighSurrogate(Text[offset]) ? 2 : 1)));

    /// <summary>The line that holds an offset, counted from 0.</summary>
    public int LineOf(int offset)
    {
        var found = lineStarts.BinarySearch(offset);
        return found >= 0 ? found : ~found - 1;
    }

    /// <summary>The offset of a place that <see cref="Span"/> gave.</summary>
    /// <param name="line">Counted from 1.</param>
    /// <param name="column">Counted from 1, in code points.</param>
    public int OffsetOf(int line, int column)
    {
        var offset = lineStarts[line - 1];
        for (var passed = 1; passed < column; passed++)
        {
            offset += char.IsHighSurrogate(Text[offset]) && offset + 1 < Text.Length && char.IsLowSurrogate(Text[offset + 1]) ? 2 : 1;
        }

        return offset;
    }

    /// <summary>The offset at which a line (counted from 0) begins.</summary>
    public int StartOf(int line) => lineStarts[line];

    /// <summary>A line (counted from 0) without its line break.</summary>
    public ReadOnlySpan<char> Line(int line)
    {
        var end = line + 1 < lineStarts.Count ? lineStarts[line + 1] : Text.Length;
        return Text.AsSpan(lineStarts[line], end - lineStarts[line]).TrimEnd("\r\n");
    }

    private (int Line, int Column) PositionOf(int offset)
    {
        var line = LineOf(offset);
        var start = lineStarts[line];
        return (line + 1, 1 + (offset - start) - (SurrogatesBefore(offset) - SurrogatesBefore(start)));
    }

    private int SurrogatesBefore(int offset)
    {
        var found = lowSurrogates.BinarySearch(offset);
        return found >= 0 ? found : ~found;
    }
}
