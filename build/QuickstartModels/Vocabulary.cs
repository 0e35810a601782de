using System.Text;
using System.Text.Json.Nodes;
using MergeOps.Models;
using MergeOps.Tokenizers.Pieces;
using MergeOps.Tokenizers.Pipelines;

namespace QuickstartModels;

/// <summary>The byte-level vocabulary of the family: the 256 bytes and one token that begins every text.</summary>
internal static class Vocabulary
{
    public const string Begin = "<|endoftext|>";
    public const int BeginId = 256;
    public const int Size = 257;

    public static ITokenizer Tokenizer { get; } =
        new ModelTokenizer(TextTokenizerReader.Read(Encoding.UTF8.GetBytes(TokenizerJson().ToJsonString()), "tokenizer.json"), separator: null);

    /// <summary>The same as a Hugging Face <c>tokenizer.json</c>: byte-level BPE without merges.</summary>
    public static JsonObject TokenizerJson() => new()
    {
        ["version"] = "1.0",
        ["truncation"] = null,
        ["padding"] = null,
        ["added_tokens"] = new JsonArray(new JsonObject
        {
            ["id"] = BeginId,
            ["content"] = Begin,
            ["single_word"] = false,
            ["lstrip"] = false,
            ["rstrip"] = false,
            ["normalized"] = false,
            ["special"] = true,
        }),
        ["normalizer"] = null,
        ["pre_tokenizer"] = ByteLevel(),
        ["post_processor"] = new JsonObject
        {
            ["type"] = "TemplateProcessing",
            ["single"] = new JsonArray(SpecialToken(), Sequence("A", 0)),
            ["pair"] = new JsonArray(SpecialToken(), Sequence("A", 0), Sequence("B", 1)),
            ["special_tokens"] = new JsonObject
            {
                [Begin] = new JsonObject { ["id"] = Begin, ["ids"] = new JsonArray(BeginId), ["tokens"] = new JsonArray(Begin) },
            },
        },
        ["decoder"] = ByteLevel(),
        ["model"] = new JsonObject
        {
            ["type"] = "BPE",
            ["dropout"] = null,
            ["unk_token"] = null,
            ["continuing_subword_prefix"] = null,
            ["end_of_word_suffix"] = null,
            ["fuse_unk"] = false,
            ["byte_fallback"] = false,
            ["ignore_merges"] = false,
            ["vocab"] = new JsonObject(Enumerable.Range(0, 256).Select(value =>
                KeyValuePair.Create(ByteSymbols.Of((byte)value).ToString(), (JsonNode?)value))),
            ["merges"] = new JsonArray(),
        },
    };

    /// <summary>What Hugging Face's loader wants to know besides.</summary>
    public static JsonObject TokenizerConfigJson() => new()
    {
        ["tokenizer_class"] = "PreTrainedTokenizerFast",
        ["bos_token"] = Begin,
        ["eos_token"] = Begin,
        ["clean_up_tokenization_spaces"] = false,
        ["model_max_length"] = Family.Config.ContextLength,
    };

    private static JsonObject ByteLevel() => new()
    {
        ["type"] = "ByteLevel",
        ["add_prefix_space"] = false,
        ["trim_offsets"] = true,
        ["use_regex"] = false,
    };

    private static JsonObject SpecialToken() => new() { ["SpecialToken"] = new JsonObject { ["id"] = Begin, ["type_id"] = 0 } };

    private static JsonObject Sequence(string id, int type) => new() { ["Sequence"] = new JsonObject { ["id"] = id, ["type_id"] = type } };
}
