using System.Globalization;
using System.Text;

namespace MergeOps.Diagnostics;

/// <summary>
/// Makes text from outside (tensor names, model names, file contents) safe to print: it can move no cursor, set no
/// colour, turn no reading direction and start no workflow command of a GitHub runner.
/// </summary>
internal static class TerminalText
{
    private const int QuotedLimit = 120;
    private const int ListedLimit = 250;

    /// <summary>
    /// Writes control characters (C0, DEL, C1), line and paragraph separators, bidirectional and invisible format
    /// characters, non-characters and unpaired surrogates as <c>\u001b</c>, and breaks up what a GitHub runner reads as a command
    /// (<c>::</c> at the start of a line, <c>##[</c> anywhere). Everything else stays, backslashes too.
    /// </summary>
    /// <param name="text">The text as it came.</param>
    /// <param name="keepLines">Whether line feeds stay, for texts of our own that have several lines.</param>
    public static string Escape(string text, bool keepLines = false)
    {
        var escaped = new StringBuilder(text.Length);
        var atLineStart = true;
        for (var i = 0; i < text.Length;)
        {
            var known = Rune.TryGetRuneAt(text, i, out var rune);
            var length = known ? rune.Utf16SequenceLength : 1;
            if (keepLines && text[i] == '\n')
            {
                escaped.Append('\n');
                atLineStart = true;
            }
            else if (!known || IsUnsafe(rune) || StartsCommand(text.AsSpan(i), atLineStart))
            {
                AppendCodeUnits(escaped, text.AsSpan(i, length));
                atLineStart = false;
            }
            else
            {
                escaped.Append(text, i, length);
                atLineStart &= Rune.IsWhiteSpace(rune);
            }

            i += length;
        }

        return escaped.ToString();
    }

    /// <summary>A name from outside as it stands in a list: escaped, and cut in its middle when it is very long.</summary>
    public static string Name(string text) => Escape(Shortened(text, ListedLimit));

    /// <summary>A text of at most so many characters: the middle of a longer one is left out.</summary>
    public static string Shortened(string text, int limit)
    {
        if (text.Length <= limit)
        {
            return text;
        }

        var tail = limit / 3;
        var head = limit - tail - 1;
        // no half of a pair
        head -= char.IsHighSurrogate(text[head - 1]) ? 1 : 0;
        tail -= char.IsLowSurrogate(text[^tail]) ? 1 : 0;
        return $"{text[..head]}…{text[^tail..]}";
    }

    /// <summary>JSON that shows on a terminal what it holds: what <see cref="Escape"/> would write out is escaped as JSON does it, so that readers get the same values.</summary>
    public static string Json(string json)
    {
        StringBuilder? escaped = null;
        for (var i = 0; i < json.Length;)
        {
            var known = Rune.TryGetRuneAt(json, i, out var rune);
            var length = known ? rune.Utf16SequenceLength : 1;
            if (json[i] != '\n' && (!known || IsUnsafe(rune)))
            {
                escaped ??= new StringBuilder(json, 0, i, json.Length + 64);
                AppendCodeUnits(escaped, json.AsSpan(i, length));
            }
            else
            {
                escaped?.Append(json, i, length);
            }

            i += length;
        }

        return escaped?.ToString() ?? json;
    }

    /// <summary>A name or value in single quotes, shortened when it is long.</summary>
    public static string Quoted(string text) =>
        text.Length > QuotedLimit ? $"'{Escape(text[..QuotedLimit])}…'" : $"'{Escape(text)}'";

    // Format characters (Cf) are the bidirectional and the zero-width ones; emoji need the joiner U+200D. The last two code
    // points of each plane are no characters, and XML cannot hold them.
    private static bool IsUnsafe(Rune rune) => Rune.GetUnicodeCategory(rune) switch
    {
        UnicodeCategory.Control or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator => true,
        UnicodeCategory.Format => rune.Value != 0x200D,
        _ => (rune.Value & 0xFFFE) == 0xFFFE,
    };

    private static bool StartsCommand(ReadOnlySpan<char> rest, bool atLineStart) =>
        (atLineStart && rest.StartsWith("::")) || rest.StartsWith("##[");

    private static void AppendCodeUnits(StringBuilder target, ReadOnlySpan<char> units)
    {
        foreach (var unit in units)
        {
            target.Append(CultureInfo.InvariantCulture, $"\\u{(int)unit:x4}");
        }
    }
}
