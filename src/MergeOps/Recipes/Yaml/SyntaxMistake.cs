using MergeOps.Diagnostics;
using YamlDotNet.Core;

namespace MergeOps.Recipes.Yaml;

/// <summary>Says in the words of a recipe's author what a YAML reader trips over, and at the place that needs the change.</summary>
internal static class SyntaxMistake
{
    /// <summary>The diagnostic of a syntax error.</summary>
    public static Diagnostic Explain(YamlException mistake, SourceText source)
    {
        var message = mistake.Message;
        var start = Math.Min((int)mistake.Start.Index, source.Text.Length);
        if (message.Contains("tab", StringComparison.Ordinal) && FirstTabIndent(source) is { } tab)
        {
            return At(source, tab, "Tabs cannot indent YAML. Replace the tab with spaces.");
        }

        if (message.Contains("escape", StringComparison.Ordinal))
        {
            return At(source, start, "A backslash in double quotes starts an escape. Use single quotes for text with backslashes.");
        }

        if (message.Contains("quoted scalar", StringComparison.Ordinal))
        {
            return At(source, start, "This quote is never closed.");
        }

        if (message.Contains("invalid mapping", StringComparison.Ordinal))
        {
            return At(source, start, UnexpectedColon(source, start));
        }

        if (message.Contains("expected key", StringComparison.Ordinal))
        {
            return At(source, start, ExpectedKey(source.Line(source.LineOf(start))));
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

    private static string UnexpectedColon(SourceText source, int colon)
    {
        var line = source.LineOf(colon);
        var before = source.Text.AsSpan(source.StartOf(line), colon - source.StartOf(line));
        return before.Contains(": ", StringComparison.Ordinal)
            ? "A value may not hold ': ' unless it is quoted."
            : "This line is indented as if it continued the value above it. Correct its indentation, or add the key that is missing above it.";
    }

    private static string ExpectedKey(ReadOnlySpan<char> line)
    {
        var text = line.Trim();
        if (text.StartsWith("- "))
        {
            return "A list item stands among the keys of a mapping. Indent what belongs to the item above by two spaces more than its '-'.";
        }

        var space = text.IndexOf(' ');
        return text.Contains(':') || space < 0
            ? "Expected 'key: value' with the indentation of the keys above."
            : $"Expected 'key: value'. Did you mean '{TerminalText.Escape($"{text[..space]}: {text[(space + 1)..]}")}'?";
    }
}
