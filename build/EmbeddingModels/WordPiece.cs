using System.Text.Json.Nodes;

namespace EmbeddingModels;

/// <summary>BERT's lower-case tokenizer as the tokenizers library stores it.</summary>
internal static class WordPiece
{
    private static readonly string[] Special = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"];

    /// <summary>The content of <c>tokenizer.json</c>.</summary>
    /// <param name="tokens">The tokens; the ids are their places.</param>
    public static JsonObject TokenizerJson(IReadOnlyList<string> tokens)
    {
        var vocabulary = new JsonObject();
        for (var id = 0; id < tokens.Count; id++)
        {
            vocabulary.Add(tokens[id], id);
        }

        return new JsonObject
        {
            ["version"] = "1.0",
            ["truncation"] = null,
            ["padding"] = null,
            ["added_tokens"] = new JsonArray([.. Special.Select(token => Added(token, Id(token)))]),
            ["normalizer"] = new JsonObject
            {
                ["type"] = "BertNormalizer",
                ["clean_text"] = true,
                ["handle_chinese_chars"] = true,
                ["strip_accents"] = null,
                ["lowercase"] = true,
            },
            ["pre_tokenizer"] = new JsonObject { ["type"] = "BertPreTokenizer" },
            ["post_processor"] = new JsonObject
            {
                ["type"] = "TemplateProcessing",
                ["single"] = new JsonArray(SpecialToken("[CLS]", 0), Sequence("A", 0), SpecialToken("[SEP]", 0)),
                ["pair"] = new JsonArray(SpecialToken("[CLS]", 0), Sequence("A", 0), SpecialToken("[SEP]", 0), Sequence("B", 1), SpecialToken("[SEP]", 1)),
                ["special_tokens"] = new JsonObject { ["[CLS]"] = Content("[CLS]"), ["[SEP]"] = Content("[SEP]") },
            },
            ["decoder"] = new JsonObject { ["type"] = "WordPiece", ["prefix"] = "##", ["cleanup"] = true },
            ["model"] = new JsonObject
            {
                ["type"] = "WordPiece",
                ["unk_token"] = "[UNK]",
                ["continuing_subword_prefix"] = "##",
                ["max_input_chars_per_word"] = 100,
                ["vocab"] = vocabulary,
            },
        };

        int Id(string token) => vocabulary[token]!.GetValue<int>();

        JsonObject Content(string token) => new() { ["id"] = token, ["ids"] = new JsonArray(Id(token)), ["tokens"] = new JsonArray(token) };
    }

    private static JsonObject Added(string token, int id) => new()
    {
        ["id"] = id,
        ["content"] = token,
        ["single_word"] = false,
        ["lstrip"] = false,
        ["rstrip"] = false,
        ["normalized"] = false,
        ["special"] = true,
    };

    private static JsonObject SpecialToken(string token, int type) => new() { ["SpecialToken"] = new JsonObject { ["id"] = token, ["type_id"] = type } };

    private static JsonObject Sequence(string name, int type) => new() { ["Sequence"] = new JsonObject { ["id"] = name, ["type_id"] = type } };
}
