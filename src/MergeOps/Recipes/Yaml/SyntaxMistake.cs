using MergeOps.Diagnostics;

namespace MergeOps.Recipes.Yaml;

/// <summary>Says in the words of a recipe's author what a YAML reader trips over, and at the place that needs the change.</summary>
internal static class SyntaxMistake
{
    /// <summary>The diagnostic of a syntax error.</summary>
    /// <param name="message">The YAML reader's own words.</param>
    /// <param name="place">The offset that it names.</param>
    /// <param name="open">Where the lists and mappings begin that have no end yet, the innermost first.</param>
    /// <param name="source">The text.</param>
    public static Diagnostic Explain(string message, int place, IEnumerable<int> open, SourceText source)
    {
        var start = Math.Min(place, source.Text.Length);
        bool Says(string words) => message.Contains(words, StringComparison.Ordinal);

        if (Says("tab") && FirstTabIndent(source) is { } tab)
        {
            return At(source, tab, "Tabs cannot indent YAML. Replace the tab with spaces.");
        }

        if (Says("escape"))
        {
            return At(source, start, "A backslash in double quotes starts an escape. Use single quotes for text with backslashes.");
        }

        if (Says("quoted scalar"))
        {
            return At(source, start, "This quote is never closed.");
        }

        if (open.Cast<int?>().FirstOrDefault(offset => source.Text[offset!.Value] is '[' or '{') is { } bracket)
        {
            var outer = open.Last(offset => source.Text[offset] is '[' or '{');
            return source.Text.IndexOf("${", outer, Math.Min(source.Text.Length, start + 1) - outer, StringComparison.Ordinal) is >= 0 and var value
                ? At(source, value, "Between brackets a value with '${' must be quoted.")
                : At(source, bracket, $"This '{source.Text[bracket]}' is never closed, or something in it does not belong there.");
        }

        if (MarkdownFence.Is(source.Line(source.LineOf(start)).Trim()))
        {
            return At(source, start, "This is the fence of a Markdown code block, which is not part of the recipe. Remove this line.");
        }

        if (Says("cannot start a value"))
        {
            var first = TerminalText.Quoted(source.Text[start..Math.Min(start + 1, source.Text.Length)]);
            return At(source, start, $"A value cannot begin with {first}. Quote the value.");
        }

        if (Says("invalid mapping"))
        {
            return UnexpectedColon(source, start);
        }

        if (Says("expected key"))
        {
            return At(source, start, ExpectedKey(source.Line(source.LineOf(start))));
        }

        if (Says("'-' indicator"))
        {
            return At(source, start, "The indentation of this line matches no line above it.");
        }

        return At(source, start, TerminalText.Escape(message));
    }

    private static Diagnostic At(SourceText source, int offset, string detail) =>
        Diagnostic.Error(Codes.NotYaml, detail, source.Character(offset));

    private static int? FirstTabIndent(SourceText source)
    {
        for (var line = 0; line < source.LineCount; line++)
        {
            var text = source.Line(line);
            var indent = text[..^text.TrimStart(" \t").Length];
            if (indent.Contains('\t') && indent.Length < text.Length)
            {
                return source.StartOf(line) + indent.IndexOf('\t');
            }
        }

        return null;
    }

    private static Diagnostic UnexpectedColon(SourceText source, int colon)
    {
        var line = source.LineOf(colon);
        var before = source.Text.AsSpan(source.StartOf(line), colon - source.StartOf(line));
        return before.Contains(": ", StringComparison.Ordinal)
            ? At(source, colon, "A value that contains ': ' must be quoted.")
            : At(
                source,
                colon - before.TrimStart().Length,
                "This line is indented as if it continued the value above it. Correct its indentation, or add the key that is missing above it.");
    }

    private static string ExpectedKey(ReadOnlySpan<char> line)
    {
        var text = line.Trim();
        if (text.StartsWith("- "))
        {
            return "A list item appears among the keys of a mapping. Indent the keys of the item above by two spaces more than its '-'.";
        }

        var split = text.IndexOfAny(':', ' ');
        return split < 0 || text[(split + 1)..].StartsWith(" ")
            ? "Expected 'key: value' with the indentation of the keys above."
            : $"Expected 'key: value'. Did you mean '{TerminalText.Escape($"{text[..split]}: {text[(split + 1)..]}")}'?";
    }
}
