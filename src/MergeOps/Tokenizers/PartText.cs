using System.IO.Hashing;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using MergeOps.Diagnostics;

namespace MergeOps.Tokenizers;

/// <summary>
/// Brings the parts of a <c>tokenizer.json</c> into one form, whichever version of the tokenizers library wrote them: what is absent, empty or the
/// default is left out, and so is what moves no token.
/// </summary>
internal static class PartText
{
    // no part is deeper, and JSON as deep as the strict reader lets pass can still be read
    private static readonly JsonDocumentOptions Strict = new() { AllowDuplicateProperties = false, MaxDepth = 128 };

    // true where it is absent
    private static readonly string[] TrueByDefault = ["use_regex", "split"];

    // absent is a third answer beside true and false
    private static readonly string[] Undecided = ["strip_accents"];

    // what changes the places of tokens in the text, or training, but no token
    private static readonly string[] WithoutEffect = ["trim_offsets", "dropout", "str_rep"];

    /// <summary>The digest of a part.</summary>
    /// <param name="name">Its name in <see cref="TokenizerParts"/>.</param>
    /// <param name="part">The part; it is not changed.</param>
    public static string DigestOf(string name, JsonNode? part) => Simplified(part) switch
    {
        // only moves the places of tokens in the text
        JsonObject { Count: > 0 } simple when name == TokenizerParts.PostProcessor && IsByteLevel(simple) => TokenizerParts.Absent,
        JsonObject { Count: > 0 } simple when name == TokenizerParts.Decoder && IsByteLevel(simple) => DigestOf(new JsonObject { ["type"] = "ByteLevel" }),
        null => TokenizerParts.Absent,
        { } simple => DigestOf(simple),
    };

    /// <summary>Reads the text of a part.</summary>
    /// <exception cref="JsonException">A name occurs twice.</exception>
    public static JsonNode? Parse(ReadOnlySpan<byte> json) => JsonNode.Parse(json, documentOptions: Strict);

    /// <summary>A digest as parts have them.</summary>
    public static string DigestOf(JsonNode? value) => Hex(XxHash3.HashToUInt64(Encoding.UTF8.GetBytes(CanonicalJson.Write(value))));

    /// <summary>The text of a digest.</summary>
    public static string Hex(ulong digest) => digest.ToString("x16", null);

    private static bool IsByteLevel(JsonObject part) => part["type"]?.ToString() == "ByteLevel";

    private static JsonNode? Simplified(JsonNode? node) => node switch
    {
        JsonObject part when Steps(part) is { } steps => Sequence(steps),
        JsonObject part => Members(part) is { Count: > 0 } members ? new JsonObject(members) : null,
        JsonArray list => new JsonArray([.. list.Select(item => item is JsonArray or JsonObject ? Simplified(item) : item?.DeepClone())]),
        JsonValue value when value.GetValueKind() is JsonValueKind.False || value.ToString().Length == 0 => null,
        _ => node?.DeepClone(),
    };

    // a sequence of sequences is one, of one step that step, of none nothing
    private static JsonNode? Sequence(JsonArray steps)
    {
        var simple = steps.Select(Simplified).SelectMany(step => step switch
        {
            null => [],
            JsonObject inner when Steps(inner) is { } own => own.Select(item => item?.DeepClone()),
            _ => new[] { step },
        }).ToArray();
        return simple switch
        {
            [] => null,
            [var only] => only,
            _ => new JsonObject { ["type"] = "Sequence", ["steps"] = new JsonArray(simple) },
        };
    }

    private static JsonArray? Steps(JsonObject part) => part["type"]?.ToString() == "Sequence"
        ? part.Select(member => member.Value).OfType<JsonArray>().FirstOrDefault()
        : null;

    private static Dictionary<string, JsonNode?> Members(JsonObject part)
    {
        var members = new Dictionary<string, JsonNode?>(StringComparer.Ordinal);
        foreach (var (key, value) in part.Where(member => !WithoutEffect.Contains(member.Key, StringComparer.Ordinal)))
        {
            var isOff = value is JsonValue flag && flag.GetValueKind() is JsonValueKind.False;
            var simple = Undecided.Contains(key, StringComparer.Ordinal) ? value?.DeepClone()
                : !TrueByDefault.Contains(key, StringComparer.Ordinal) ? Simplified(value)
                : isOff ? JsonValue.Create(false) : null;
            if (simple is not null)
            {
                members[key] = simple;
            }
        }

        if (members.TryGetValue("type", out var type) && type?.ToString() == "Metaspace" && !members.ContainsKey("prepend_scheme"))
        {
            // before the scheme there was a switch with two of its three positions
            members["prepend_scheme"] = members.ContainsKey("add_prefix_space") || !part.ContainsKey("add_prefix_space") ? "always" : "never";
        }

        if (members.ContainsKey("prepend_scheme"))
        {
            members.Remove("add_prefix_space");
        }

        return members;
    }
}
