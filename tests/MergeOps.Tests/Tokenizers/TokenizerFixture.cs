using System.Text;
using System.Text.Json.Nodes;
using MergeOps.Tokenizers;

namespace MergeOps.Tests.Tokenizers;

/// <summary>Tokenizer files of a few tokens.</summary>
internal static class TokenizerFixture
{
    /// <summary>A <c>tokenizer.json</c> whose vocabulary has the tokens in the order of their ids, with added ones behind them.</summary>
    public static string Json(IEnumerable<string> tokens, params string[] added) => JsonOf([.. tokens.Select((text, id) => (text, id))], added);

    /// <summary>A <c>tokenizer.json</c> with tokens and their ids, and added ones behind the highest of them.</summary>
    public static string JsonOf(IReadOnlyList<(string Text, int Id)> tokens, params string[] added) => new JsonObject
    {
        ["version"] = "1.0",
        ["added_tokens"] = new JsonArray(
        [
            .. added.Select((text, place) => new JsonObject { ["id"] = tokens.Max(token => token.Id) + 1 + place, ["content"] = text, ["special"] = true }),
        ]),
        ["model"] = new JsonObject
        {
            ["type"] = "BPE",
            ["vocab"] = new JsonObject(tokens.Select(token => KeyValuePair.Create(token.Text, (JsonNode?)JsonValue.Create(token.Id)))),
            ["merges"] = new JsonArray(),
        },
    }.ToJsonString();

    /// <summary>Reads files that are given as name and text by turns.</summary>
    public static Vocabulary? Read(params string[] namesAndTexts) => VocabularyReader.Read(
        namesAndTexts.Chunk(2).ToDictionary(file => file[0], file => Encoding.UTF8.GetBytes(file[1]), StringComparer.Ordinal), name => name);

    /// <summary>The vocabulary of a <c>tokenizer.json</c>.</summary>
    public static Vocabulary Of(string json) => Read("tokenizer.json", json)!;

    /// <summary>A vocabulary as plans of models on the Hub know it.</summary>
    public static Vocabulary Outline(this Vocabulary vocabulary) => VocabularyText.Read(VocabularyText.Write(vocabulary));

    /// <summary>Texts with their ids, in the order of the ids.</summary>
    public static IEnumerable<(string Text, int Id)> Tokens(this Vocabulary vocabulary) => vocabulary.Known.Select(token => (token.Text, token.Id));
}
