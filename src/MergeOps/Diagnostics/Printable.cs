using System.Globalization;
using System.Text;

namespace MergeOps.Diagnostics;

/// <summary>
/// Makes text from outside safe to print: controls, escape sequences, bidirectional overrides and everything else that
/// is invisible become <c>\u{202E}</c>, so that no name can forge a line, a colour or a workflow command.
/// </summary>
public static class Printable
{
    private const int QuotedLimit = 120;

    /// <summary>One line: line breaks are escaped too.</summary>
    public static string Line(string text) => Escaped(text, keepLineBreaks: false);

    /// <summary>Several lines: line feeds stay, everything else that is invisible is escaped.</summary>
    public static string Lines(string text) => Escaped(text, keepLineBreaks: true);

    /// <summary>A name or value in single quotes, shortened when it is long.</summary>
    public static string Quoted(string text)
    {
        var escaped = Line(text.Length > QuotedLimit ? text[..QuotedLimit] : text);
        return text.Length > QuotedLimit ? $"'{escaped}…'" : $"'{escaped}'";
    }

    private static string Escaped(string text, bool keepLineBreaks)
    {
        StringBuilder? escaped = null;
        var at = 0;
        foreach (var rune in text.EnumerateRunes())
        {
            if (IsVisible(rune) || (keepLineBreaks && rune.Value == '\n'))
            {
                escaped?.Append(rune);
            }
            else
            {
                escaped ??= new StringBuilder(text, 0, at, text.Length + 16);
                escaped.Append(CultureInfo.InvariantCulture, $"\\u{{{rune.Value:X}}}");
            }

            at += rune.Utf16SequenceLength;
        }

        return escaped?.ToString() ?? text;
    }

    // EnumerateRunes gives U+FFFD for a lone surrogate, which is visible
    private static bool IsVisible(Rune rune) => Rune.GetUnicodeCategory(rune) is not (
        UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.LineSeparator
        or UnicodeCategory.ParagraphSeparator or UnicodeCategory.PrivateUse or UnicodeCategory.OtherNotAssigned);
}
