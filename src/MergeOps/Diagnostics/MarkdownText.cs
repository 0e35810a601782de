using System.Text;

namespace MergeOps.Diagnostics;

/// <summary>Makes text from outside safe inside Markdown: it stays text in a code span, whatever it holds.</summary>
internal static class MarkdownText
{
    /// <summary>
    /// A code span with a fence longer than any run of backticks inside; line breaks and control characters are written
    /// out and <c>|</c> is escaped, so that a table row stays one row. Code spans show no links, images, HTML or mentions.
    /// </summary>
    public static string Code(string text)
    {
        var safe = TerminalText.Escape(text).Replace("|", "\\|", StringComparison.Ordinal);
        var longest = LongestRunOfBackticks(safe);
        var fence = new string('`', longest + 1);
        var padding = longest > 0 || safe.Length == 0 ? " " : "";
        return fence + padding + safe + padding + fence;
    }

    /// <summary>A fenced code block of several lines, longer fenced than anything inside.</summary>
    /// <param name="text">The lines; what is invisible in them is written out.</param>
    /// <param name="language">One word of ours, such as <c>yaml</c>.</param>
    public static string Block(string text, string language)
    {
        var safe = TerminalText.Escape(text.ReplaceLineEndings("\n"), keepLines: true);
        var fence = new string('`', Math.Max(3, LongestRunOfBackticks(safe) + 1));
        return $"{fence}{language}\n{safe.TrimEnd('\n')}\n{fence}\n";
    }

    /// <summary>Prose as prose, in one line: nothing in it means anything to Markdown or HTML, and nobody is mentioned by it.</summary>
    public static string Prose(string text)
    {
        var words = text.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries);
        var prose = new StringBuilder(text.Length);
        foreach (var character in TerminalText.Escape(string.Join(' ', words)))
        {
            var isPlain = char.IsAsciiLetterOrDigit(character) || character is ' ' or ',' || !char.IsAscii(character);
            prose.Append(isPlain ? "" : "\\").Append(character).Append(character == '@' ? "\u200B" : "");
        }

        return prose.ToString();
    }

    private static int LongestRunOfBackticks(string text)
    {
        var longest = 0;
        for (int i = 0, run = 0; i < text.Length; i++)
        {
            run = text[i] == '`' ? run + 1 : 0;
            longest = Math.Max(longest, run);
        }

        return longest;
    }
}
