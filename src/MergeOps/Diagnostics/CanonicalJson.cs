using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace MergeOps.Diagnostics;

/// <summary>
/// One text for one JSON value: keys in ordinal order, two spaces, line feeds, only the escapes that RFC 8785 asks for,
/// numbers as Python writes them (so that a <c>config.json</c> comes out as its own library would write it).
/// </summary>
internal static class CanonicalJson
{
    /// <summary>The text, with a line feed at the end.</summary>
    public static string Write(JsonNode? node) => $"{Of(node)}\n";

    /// <summary>SHA-256 of the text in UTF-8, lower-case hex.</summary>
    public static string Digest(JsonNode? node) => Of(node).Digest();

    private static CanonicalJsonWriter Of(JsonNode? node)
    {
        var writer = new CanonicalJsonWriter();
        writer.Value(node);
        return writer;
    }

    /// <summary>Writes a tree where a value is expected.</summary>
    /// <param name="writer">What writes it.</param>
    /// <param name="node">The tree; null is a value too.</param>
    public static void Value(this CanonicalJsonWriter writer, JsonNode? node)
    {
        switch (node)
        {
            case JsonObject map:
                writer.BeginObject();
                foreach (var (name, value) in map)
                {
                    writer.Name(name).Value(value);
                }

                writer.EndObject();
                break;
            case JsonArray list:
                writer.BeginArray();
                foreach (var item in list)
                {
                    writer.Value(item);
                }

                writer.EndArray();
                break;
            case JsonValue value when value.GetValueKind() == JsonValueKind.String:
                writer.Value(value.GetValue<string>());
                break;
            case JsonValue value when value.GetValueKind() == JsonValueKind.Number:
                writer.Literal(Number(value.ToJsonString()));
                break;
            default:
                writer.Literal(node?.ToJsonString() ?? "null");
                break;
        }
    }

    /// <summary>Whole numbers keep their digits; others become the shortest text that reads back as the same double.</summary>
    public static string Number(string literal)
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
