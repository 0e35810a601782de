using System.Text.Json;
using System.Text.Json.Nodes;
using MergeOps.Diagnostics;

namespace MergeOps.Architectures;

/// <summary>The JSON of the small files beside a model's weights, which anybody may have written.</summary>
internal static class ModelJson
{
    private static readonly JsonDocumentOptions Strict = new() { AllowDuplicateProperties = false };

    /// <summary>Reads a text.</summary>
    /// <param name="text">The text, without a byte order mark.</param>
    /// <param name="file">What messages call the file.</param>
    /// <exception cref="MergeOpsException">It is no JSON, names a key twice, or holds half a character.</exception>
    public static JsonNode? Parse(string text, string file) => TryParse(text, out var whyNot) is var root && whyNot is null
        ? root
        : throw new MergeOpsException(Codes.ConfigUnreadable, $"{file} is not valid JSON. {whyNot}");

    /// <summary>Reads a text; null with the reason when <see cref="Parse"/> would refuse it.</summary>
    public static JsonNode? TryParse(string text, out string? whyNot)
    {
        try
        {
            var root = JsonNode.Parse(text, documentOptions: Strict);
            // texts are decoded only when they are read, and half of a surrogate pair cannot be
            _ = CanonicalJson.Write(root);
            whyNot = null;
            return root;
        }
        catch (Exception problem) when (problem is JsonException or InvalidOperationException)
        {
            whyNot = JsonFlaw.Of(text, problem);
            return null;
        }
    }

    /// <summary>The keys of an object, in its order.</summary>
    public static ICollection<string> KeysOf(JsonObject map) => ((IDictionary<string, JsonNode?>)map).Keys;

    /// <summary>The values of an object, in its order.</summary>
    public static ICollection<JsonNode?> ValuesOf(JsonObject map) => ((IDictionary<string, JsonNode?>)map).Values;

    /// <summary>The text of a node; null when it is none.</summary>
    public static string? Text(JsonNode? node) => node is JsonValue value && value.TryGetValue(out string? text) ? text : null;
}
