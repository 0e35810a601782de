using System.Collections;
using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace MergeOps.TestGitHub.Runner;

/// <summary>What expressions compute with: null, <see cref="bool"/>, <see cref="double"/>, <see cref="string"/>, lists, and values by names in any case.</summary>
internal static class Values
{
    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>JSON as a value.</summary>
    public static object? FromJson(JsonNode? node) => node switch
    {
        null => null,
        JsonObject members => members.ToDictionary(pair => pair.Key, pair => FromJson(pair.Value), StringComparer.OrdinalIgnoreCase),
        JsonArray list => list.Select(FromJson).ToList(),
        _ => node.GetValueKind() switch
        {
            JsonValueKind.True => true,
            JsonValueKind.False => false,
            JsonValueKind.Number => double.Parse(node.ToJsonString(), CultureInfo.InvariantCulture),
            _ => node.GetValue<string>(),
        },
    };

    /// <summary>The functions that GitHub always has, as far as they are known here.</summary>
    public static object? Call(string function, IReadOnlyList<object?> arguments) => (function.ToUpperInvariant(), arguments) switch
    {
        ("FROMJSON", [var text]) => FromJson(Parse(Expression.Text(text))),
        ("TOJSON", [var value]) => ToJson(value)?.ToJsonString(Indented) ?? "null",
        ("STARTSWITH", [var text, var start]) => Expression.Text(text).StartsWith(Expression.Text(start), StringComparison.OrdinalIgnoreCase),
        ("CONTAINS", [IList list, var item]) => list.Cast<object?>().Any(one => Expression.AreEqual(one, item)),
        ("CONTAINS", [var text, var part]) => Expression.Text(text).Contains(Expression.Text(part), StringComparison.OrdinalIgnoreCase),
        ("FORMAT", [var text, ..]) => string.Format(CultureInfo.InvariantCulture, Expression.Text(text), [.. arguments.Skip(1).Select(Expression.Text)]),
        _ => throw new NotSupportedException($"the function {function} with {arguments.Count} arguments"),
    };

    private static JsonNode? Parse(string text)
    {
        try
        {
            return JsonNode.Parse(text);
        }
        catch (JsonException failure)
        {
            throw new NotSupportedException($"fromJSON of '{text}', which is no JSON", failure);
        }
    }

    private static JsonNode? ToJson(object? value) => value switch
    {
        null => null,
        bool truth => JsonValue.Create(truth),
        double number => JsonValue.Create(number),
        string text => JsonValue.Create(text),
        IReadOnlyDictionary<string, object?> members => new JsonObject(members.Select(pair => KeyValuePair.Create(pair.Key, ToJson(pair.Value)))),
        IList list => new JsonArray([.. list.Cast<object?>().Select(ToJson)]),
        _ => throw new NotSupportedException($"a {value.GetType().Name} as JSON"),
    };
}
