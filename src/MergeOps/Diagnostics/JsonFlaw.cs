using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Unicode;

namespace MergeOps.Diagnostics;

/// <summary>What is wrong with a JSON file, in words for people; what the framework says of it is made for programmers.</summary>
internal static class JsonFlaw
{
    private static readonly byte[] Mark = [0xEF, 0xBB, 0xBF];

    /// <summary>The text without the byte order mark that some editors write.</summary>
    public static ReadOnlySpan<byte> WithoutMark(ReadOnlySpan<byte> text) => text.StartsWith(Mark) ? text[Mark.Length..] : text;

    /// <summary>A sentence for a text that could not be read.</summary>
    /// <param name="text">The whole text.</param>
    /// <param name="failure">What the framework said.</param>
    public static string Of(string text, Exception failure) => Of(Encoding.UTF8.GetBytes(text), failure);

    /// <summary>A sentence for a text that could not be read.</summary>
    /// <param name="text">The whole text.</param>
    /// <param name="failure">What the framework said; of a text that is JSON it tells the place of what has another form than it must have.</param>
    public static string Of(ReadOnlySpan<byte> text, Exception? failure = null)
    {
        text = WithoutMark(text);
        return text.Trim(" \t\r\n"u8).IsEmpty ? "It is empty."
            : !Utf8.IsValid(text) ? "It is not UTF-8 text."
            : Break(text) is { } broken ? broken
            : FormOf(text, failure);
    }

    // where the text stops being JSON; null when it is JSON
    private static string? Break(ReadOnlySpan<byte> text)
    {
        var reader = new Utf8JsonReader(text);
        try
        {
            while (reader.Read())
            {
            }

            return null;
        }
        catch (JsonException failure)
        {
            var (line, at) = ((int)(failure.LineNumber ?? 0), (int)(failure.BytePositionInLine ?? 0));
            return IsEnd(text, line, at)
                ? "It is truncated."
                : string.Create(CultureInfo.InvariantCulture, $"It is not valid JSON at line {line + 1}, byte {at + 1}.");
        }
    }

    private static bool IsEnd(ReadOnlySpan<byte> text, int line, int at)
    {
        for (; line > 0; line--)
        {
            text = text[(text.IndexOf((byte)'\n') + 1)..];
        }

        return text[Math.Min(at, text.Length)..].Trim(" \t\r\n"u8).IsEmpty;
    }

    private static string FormOf(ReadOnlySpan<byte> text, Exception? failure)
    {
        var first = text.Trim(" \t\r\n"u8)[0];
        var path = (failure as JsonException)?.Path?.TrimStart('$', '.');
        return failure is InvalidOperationException ? "A text contains an unpaired surrogate, which is not a character."
            : first is not (byte)'{' ? $"It is {(first is (byte)'[' ? "a list" : "a single value")}; an object is expected."
            : failure is ArgumentException || failure?.Message.StartsWith("Duplicate", StringComparison.Ordinal) == true ? "A key occurs twice."
            : path is { Length: > 0 } ? $"{TerminalText.Quoted(path)} is missing or invalid."
            : "A value is missing or invalid.";
    }
}
