using System.Buffers;
using System.Globalization;
using System.Text;
using MergeOps.Tokenizers.Pieces;
using MergeOps.Tokenizers.Unicode;

namespace MergeOps.Tokenizers.ChatTemplates;

/// <summary>Texts as Python has them: rows of code points, with its white space, its cases and its ways to write values.</summary>
internal static class PythonText
{
    // white space of Unicode and four separators of ASCII
    private static readonly CodePointSet Space = CodePointSet.Union([CharacterClasses.WhiteSpace, CodePointSet.Of([(0x1C, 0x1F)])]);

    // they become several in upper case, or depend on what stands around them
    private static readonly CodePointSet SpecialUpper = CodePointSet.Of(
        [(0xDF, 0xDF), (0x149, 0x149), (0x1C4, 0x1CC), (0x1F0, 0x1F3), (0x345, 0x345), (0x390, 0x390), (0x3B0, 0x3B0), (0x587, 0x587), (0x10D0, 0x10FF), (0x13A0, 0x13FF), (0x1C80, 0x1C8A), (0x1E96, 0x1E9E), (0x1F50, 0x1FFF), (0xA7C0, 0xA7FF), (0xAB70, 0xABBF), (0xFB00, 0xFB17), (0x16EA0, 0x16EDF)]);

    private static readonly SearchValues<char> LineEnds = SearchValues.Create("\n\r\v\f\u001C\u001D\u001E\u0085\u2028\u2029");

    /// <summary>Without white space at its end.</summary>
    public static string TrimEnd(string text) => Trim(text, atStart: false, atEnd: true);

    /// <summary>Without characters at its ends.</summary>
    /// <param name="text">The text.</param>
    /// <param name="atStart">Whether at its start.</param>
    /// <param name="atEnd">Whether at its end.</param>
    /// <param name="characters">Which; null for white space.</param>
    public static string Trim(string text, bool atStart = true, bool atEnd = true, string? characters = null)
    {
        var which = characters is null ? Space : CodePointSet.Of([.. Piece.PointsOf(characters)]);
        var (start, end) = (0, text.Length);
        while (atStart && start < end && PointAt(text, start) is var (first, length) && which.Contains(first))
        {
            start += length;
        }

        while (atEnd && end > start && PointBefore(text, end) is var (last, length) && which.Contains(last))
        {
            end -= length;
        }

        return text[start..end];
    }

    /// <summary>Words with white space between them.</summary>
    public static IEnumerable<string> Words(string text, int most = -1)
    {
        for (var (place, count) = (0, 0); ; count++)
        {
            while (place < text.Length && Space.Contains(text[place]))
            {
                place++;
            }

            if (place == text.Length)
            {
                yield break;
            }

            if (count == most)
            {
                yield return TrimEnd(text[place..]);
                yield break;
            }

            var start = place;
            while (place < text.Length && !Space.Contains(text[place]))
            {
                place++;
            }

            yield return text[start..place];
        }
    }

    /// <summary>The lines without their ends.</summary>
    public static IEnumerable<string> Lines(string text)
    {
        for (var start = 0; start < text.Length;)
        {
            var end = text.AsSpan(start).IndexOfAny(LineEnds);
            if (end < 0)
            {
                yield return text[start..];
                yield break;
            }

            yield return text.Substring(start, end);
            end += start;
            start = end + (text[end] == '\r' && end + 1 < text.Length && text[end + 1] == '\n' ? 2 : 1);
        }
    }

    /// <summary>Texts with another one between them.</summary>
    /// <exception cref="TemplateFault">That becomes too long.</exception>
    public static string Joined(string separator, IEnumerable<string> texts)
    {
        var joined = new StringBuilder();
        foreach (var (i, text) in texts.Index())
        {
            joined.Append(i > 0 ? separator : "").Append(text);
            if (joined.Length > RenderBudget.LongestText)
            {
                throw new TemplateFault("Its texts become too long");
            }
        }

        return joined.ToString();
    }

    /// <summary>How many code points there are.</summary>
    public static int Length(string text) => text.EnumerateRunes().Count();

    /// <summary>The code points as texts.</summary>
    public static IReadOnlyList<object?> Characters(string text) => [.. text.EnumerateRunes().Select(rune => (object?)rune.ToString())];

    /// <summary>Lower case.</summary>
    /// <exception cref="TemplateFault">It depends on what stands around a letter.</exception>
    public static string Lower(string text)
    {
        if (text.Contains('Σ', StringComparison.Ordinal))
        {
            throw new TemplateFault("The lower case of a Σ has no exact implementation here");
        }

        var lowered = new List<int>(text.Length);
        foreach (var point in Piece.PointsOf(text))
        {
            LowerCase.Add(point, lowered.Add);
        }

        return Piece.TextOf(lowered.ToArray());
    }

    /// <summary>Upper case.</summary>
    /// <exception cref="TemplateFault">A letter becomes several.</exception>
    public static string Upper(string text) => string.Concat(text.EnumerateRunes().Select(rune => SpecialUpper.Contains(rune.Value)
        ? throw new TemplateFault($"The upper case of a {rune} has no exact implementation here")
        : Rune.ToUpperInvariant(rune).ToString()));

    /// <summary>A text of ASCII, whose cases are certain.</summary>
    /// <exception cref="TemplateFault">It has other characters.</exception>
    public static string RequireAscii(string text, string what) =>
        Ascii.IsValid(text) ? text : throw new TemplateFault($"'{what}' of characters beyond ASCII has no exact implementation here");

    /// <summary>Compares by code points.</summary>
    public static int Compare(string first, string second) => Piece.PointsOf(first).AsSpan().SequenceCompareTo(Piece.PointsOf(second));

    /// <summary>A value as it is written out.</summary>
    public static string Of(object? value) => value switch
    {
        string text => text,
        Undefined => "",
        _ => Representation(value),
    };

    /// <summary>A value as it is written within a list.</summary>
    public static string Representation(object? value) => value switch
    {
        null => "None",
        true => "True",
        false => "False",
        long number => number.ToString(CultureInfo.InvariantCulture),
        double number => Number(number),
        string text => Quoted(text),
        Sequence { Kind: SequenceKind.List } list => $"[{Several(list.Items)}]",
        Sequence { Kind: SequenceKind.Tuple, Items.Count: 1 } tuple => $"({Several(tuple.Items)},)",
        Sequence { Kind: SequenceKind.Tuple } tuple => $"({Several(tuple.Items)})",
        Sequence { Kind: SequenceKind.Keys } keys => $"dict_keys([{Several(keys.Items)}])",
        Sequence { Kind: SequenceKind.Values } values => $"dict_values([{Several(values.Items)}])",
        Sequence { Kind: SequenceKind.Items } items => $"dict_items([{Several(items.Items)}])",
        Mapping mapping => $"{{{string.Join(", ", mapping.Entries.Select(entry => $"{Representation(entry.Key)}: {Representation(entry.Value)}"))}}}",
        Undefined => "Undefined",
        _ => throw new TemplateFault("Writing out what is neither a value nor a list has no exact implementation here"),
    };

    /// <summary>A floating-point number as Python writes it.</summary>
    public static string Number(double number)
    {
        if (double.IsNaN(number) || double.IsInfinity(number))
        {
            return double.IsNaN(number) ? "nan" : number > 0 ? "inf" : "-inf";
        }

        // the shortest digits that give the number again, and the place of the point among them
        var parts = Math.Abs(number).ToString("R", CultureInfo.InvariantCulture).Split('E');
        var point = parts[0].IndexOf('.', StringComparison.Ordinal) is >= 0 and var found ? found : parts[0].Length;
        var digits = parts[0].Replace(".", "", StringComparison.Ordinal);
        point += parts is [_, var power] ? int.Parse(power, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture) : 0;
        var zeros = digits.Length - digits.TrimStart('0').Length;
        (digits, point) = number == 0 ? ("0", 1) : (digits.Trim('0'), point - zeros);
        return (double.IsNegative(number) ? "-" : "") + (point is > -4 and <= 16 ? Plain(digits, point) : Scientific(digits, point - 1));
    }

    private static string Plain(string digits, int point) =>
        point <= 0 ? $"0.{new string('0', -point)}{digits}"
        : point < digits.Length ? $"{digits[..point]}.{digits[point..]}"
        : $"{digits.PadRight(point, '0')}.0";

    private static string Scientific(string digits, int power) =>
        $"{digits[0]}{(digits.Length > 1 ? "." + digits[1..] : "")}e{(power < 0 ? '-' : '+')}{Math.Abs(power):D2}";

    private static string Several(IEnumerable<object?> values) => string.Join(", ", values.Select(Representation));

    private static string Quoted(string text)
    {
        var quote = text.Contains('\'', StringComparison.Ordinal) && !text.Contains('"', StringComparison.Ordinal) ? '"' : '\'';
        var quoted = new StringBuilder().Append(quote);
        foreach (var rune in text.EnumerateRunes())
        {
            quoted.Append(rune.Value switch
            {
                '\n' => "\\n",
                '\r' => "\\r",
                '\t' => "\\t",
                '\\' => "\\\\",
                _ when rune.Value == quote => $"\\{quote}",
                _ when IsPrintable(rune) => rune.ToString(),
                < 0x100 => $"\\x{rune.Value:x2}",
                < 0x10000 => $"\\u{rune.Value:x4}",
                _ => $"\\U{rune.Value:x8}",
            });
        }

        return quoted.Append(quote).ToString();
    }

    private static bool IsPrintable(Rune rune) => rune.Value == ' ' || CharUnicodeInfo.GetUnicodeCategory(rune.Value) is not (
        UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.Surrogate or UnicodeCategory.PrivateUse or UnicodeCategory.OtherNotAssigned
        or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator or UnicodeCategory.SpaceSeparator);

    private static (int Point, int Length) PointAt(string text, int place) =>
        Rune.TryGetRuneAt(text, place, out var rune) ? (rune.Value, rune.Utf16SequenceLength) : (text[place], 1);

    private static (int Point, int Length) PointBefore(string text, int end) =>
        end > 1 && char.IsSurrogatePair(text[end - 2], text[end - 1]) ? (char.ConvertToUtf32(text[end - 2], text[end - 1]), 2) : (text[end - 1], 1);
}
