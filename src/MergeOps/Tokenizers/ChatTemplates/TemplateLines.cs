namespace MergeOps.Tokenizers.ChatTemplates;

/// <summary>Counts the lines of a template.</summary>
/// <param name="source">The template, with line feeds only.</param>
internal sealed class TemplateLines(string source)
{
    private int lineStart;
    private int line = 1;

    /// <summary>The line of an index; the first one is 1.</summary>
    public int LineOf(int at)
    {
        // places come in their order, but for those of faults
        (lineStart, line) = at < lineStart ? (0, 1) : (lineStart, line);
        line += source.AsSpan(lineStart..at).Count('\n');
        lineStart = at;
        return line;
    }
}
