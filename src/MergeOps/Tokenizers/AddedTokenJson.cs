using System.Text.Json;
using System.Text.Json.Nodes;

namespace MergeOps.Tokenizers;

/// <summary>Added tokens as files write them.</summary>
internal static class AddedTokenJson
{
    private const string SingleWord = "single_word";
    private const string StripsLeft = "lstrip";
    private const string StripsRight = "rstrip";
    private const string Normalized = "normalized";
    private const string Special = "special";

    /// <summary>A token with flags that a file may leave out.</summary>
    /// <param name="text">Its text.</param>
    /// <param name="flag">The value of a flag; null where the file does not say.</param>
    public static AddedToken Of(string text, Func<string, bool?> flag)
    {
        var isSpecial = flag(Special) ?? false;
        return new(text, flag(SingleWord) ?? false, flag(StripsLeft) ?? false, flag(StripsRight) ?? false, flag(Normalized) ?? !isSpecial, isSpecial);
    }

    /// <summary>A token with the flags of an object.</summary>
    public static AddedToken Of(string text, JsonElement flags) => Of(
        text,
        name => flags.ValueKind is JsonValueKind.Object && flags.TryGetProperty(name, out var value) && value.ValueKind is JsonValueKind.True or JsonValueKind.False
            ? value.ValueKind is JsonValueKind.True
            : null);

    /// <summary>The object that describes a token, without its id.</summary>
    public static JsonObject Write(AddedToken token) => new()
    {
        ["content"] = token.Text,
        [SingleWord] = token.SingleWord,
        [StripsLeft] = token.StripsLeft,
        [StripsRight] = token.StripsRight,
        [Normalized] = token.IsNormalized,
        [Special] = token.IsSpecial,
    };
}
