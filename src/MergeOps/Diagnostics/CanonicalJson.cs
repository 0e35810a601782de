using System.Buffers;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace MergeOps.Diagnostics;

/// <summary>
/// One text for one JSON value: keys in ordinal order, two spaces, line feeds, only the escapes that RFC 8785 asks for,
/// numbers as Python writes them (so that a <c>config.json</c> comes out as its own library would write it).
/// </summary>
internal static class CanonicalJson
{
    // what is written as it is, as most names are
    private static readonly SearchValues<char> Plain = SearchValues.Create(string.Concat(Enumerable.Range(' ', '~' - ' ' + 1).Select(code => (char)code).Where(letter => letter is not ('"' or '\\'))));

    /// <summary>The text, with a line feed at the end.</summary>
    public static string Write(JsonNode? node)
    {
        var text = new StringBuilder();
        Append(text, node, 0);
        return text.Append('\n').ToString();
    }

    /// <summary>SHA-256 of the text in UTF-8, lower-case hex.</summary>
    public static string Digest(JsonNode? node) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(Write(node))));

    private static void Append(StringBuilder text, JsonNode? node, int depth)
    {
        switch (node)
        {
            case null:
                text.Append("null");
                break;
            case JsonObject map:
                var members = map.ToArray();
                Array.Sort(members, (one, other) => string.CompareOrdinal(one.Key, other.Key));
                AppendItems(text, '{', '}', members, depth, member =>
                {
                    AppendString(text, member.Key);
                    Append(text.Append(": "), member.Value, depth + 1);
                });
                break;
            case JsonArray list:
                AppendItems(text, '[', ']', [.. list], depth, item => Append(text, item, depth + 1));
                break;
            case JsonValue value when value.GetValueKind() == JsonValueKind.String:
                AppendString(text, value.GetValue<string>());
                break;
            case JsonValue value when value.GetValueKind() == JsonValueKind.Number:
                text.Append(Number(value.ToJsonString()));
                break;
            default:
                text.Append(node.ToJsonString());
                break;
        }
    }

    private static void AppendItems<T>(StringBuilder text, char open, char close, T[] items, int depth, Action<T> append)
    {
        text.Append(open);
        for (var i = 0; i < items.Length; i++)
        {
            text.Append(i == 0 ? "\n" : ",\n").Append(' ', 2 * (depth + 1));
            append(items[i]);
        }

        if (items.Length > 0)
        {
            text.Append('\n').Append(' ', 2 * depth);
        }

        text.Append(close);
    }

    private static void AppendString(StringBuilder text, string value)
    {
        if (value.AsSpan().IndexOfAnyExcept(Plain) < 0)
        {
            text.Append('"').Append(value).Append('"');
            return;
        }

        text.Append('"');
        for (var i = 0; i < value.Length; i++)
        {
            var c = value[i];
            var isPair = char.IsHighSurrogate(c) && i + 1 < value.Length && char.IsLowSurrogate(value[i + 1]);
            _ = c switch
            {
                '"' or '\\' => text.Append('\\').Append(c),
                '\b' => text.Append("\\b"),
                '\t' => text.Append("\\t"),
                '\n' => text.Append("\\n"),
                '\f' => text.Append("\\f"),
                '\r' => text.Append("\\r"),
                _ when isPair => text.Append(c).Append(value[++i]),
                _ when c < ' ' || char.IsSurrogate(c) => text.Append(CultureInfo.InvariantCulture, $"\\u{(int)c:x4}"),
                _ => text.Append(c),
            };
        }

        text.Append('"');
    }

    /// <summary>Whole numbers keep their digits; others become the shortest text that reads back as the same double.</summary>
    private static string Number(string literal)
    {
        if (literal.AsSpan().IndexOfAny(".eE") < 0)
        {
            return literal == "-0" ? "0" : literal;
        }

        var value = double.Parse(literal, CultureInfo.InvariantCulture);
        if (!double.IsFinite(value))
        {
            return literal;
        }

        var text = value.ToString("R", CultureInfo.InvariantCulture).ToLowerInvariant();
        var isWhole = text.AsSpan().IndexOfAny(".e") < 0;
        return isWhole && Math.Abs(value) >= 1e16
            ? WithExponentSixteen(text)
            : isWhole ? text + ".0" : text;
    }

    /// <summary>Python goes over to exponents at 1e16, .NET at 1e17: the seventeen digits between them need a hand.</summary>
    private static string WithExponentSixteen(string text)
    {
        var first = text.StartsWith('-') ? 2 : 1;
        var fraction = text[first..].TrimEnd('0');
        return $"{text[..first]}{(fraction.Length == 0 ? "" : ".")}{fraction}e+16";
    }
}
