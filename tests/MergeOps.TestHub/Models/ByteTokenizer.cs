using System.Text.Json.Nodes;

namespace MergeOps.TestHub.Models;

/// <summary>A tokenizer in which every byte is a token: real files for models too small for words.</summary>
internal static class ByteTokenizer
{
    /// <summary>The token after the 256 bytes.</summary>
    public const int EndOfText = 256;

    private const string EndOfTextName = "<|endoftext|>";

    /// <summary>The text of <c>tokenizer.json</c>.</summary>
    public static string Tokenizer() => new JsonObject
    {
        ["version"] = "1.0",
        ["truncation"] = null,
        ["padding"] = null,
        ["added_tokens"] = new JsonArray(new JsonObject
        {
            ["id"] = EndOfText,
            ["content"] = EndOfTextName,
            ["single_word"] = false,
            ["lstrip"] = false,
            ["rstrip"] = false,
            ["normalized"] = false,
            ["special"] = true,
        }),
        ["normalizer"] = null,
        ["pre_tokenizer"] = ByteLevel(),
        ["post_processor"] = null,
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
            ["vocab"] = new JsonObject(Letters().Select((letter, value) => KeyValuePair.Create(letter, (JsonNode?)JsonValue.Create(value)))),
            ["merges"] = new JsonArray(),
        },
    }.ToJsonString();

    /// <summary>The text of <c>tokenizer_config.json</c>.</summary>
    public static string Config() => new JsonObject
    {
        ["tokenizer_class"] = "PreTrainedTokenizerFast",
        ["bos_token"] = EndOfTextName,
        ["eos_token"] = EndOfTextName,
        ["clean_up_tokenization_spaces"] = false,
        ["model_max_length"] = 256,
    }.ToJsonString();

    private static JsonObject ByteLevel() => new()
    {
        ["type"] = "ByteLevel",
        ["add_prefix_space"] = false,
        ["trim_offsets"] = true,
        ["use_regex"] = false,
    };

    /// <summary>The letter that stands for each byte, as GPT-2 chose them: printable ones for themselves, the others from U+0100 on.</summary>
    private static IEnumerable<string> Letters()
    {
        var next = 0x100;
        for (var value = 0; value < 256; value++)
        {
            var isPrintable = value is (>= '!' and <= '~') or (>= 0xA1 and <= 0xAC) or >= 0xAE;
            yield return ((char)(isPrintable ? value : next++)).ToString();
        }
    }
}
