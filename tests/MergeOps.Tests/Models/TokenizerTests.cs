using System.Text.Json.Nodes;
using MergeOps.Models;
using Xunit;

namespace MergeOps.Tests.Models;

public sealed class TokenizerTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    [Fact]
    public void Every_byte_of_the_text_is_one_token()
    {
        var tokenizer = Open(Bytes())!;

        Assert.Equal([72, 105, 0xC3, 0xA9, 10], tokenizer.Encode("Hi\u00e9\n"));
        Assert.Equal("Hi\u00e9\n", tokenizer.Decode([72, 105, 0xC3, 0xA9, 10]));
    }

    [Fact]
    public void A_special_token_in_the_text_is_found_whole() =>
        Assert.Equal([97, 256, 98], Open(Bytes())!.Encode("a<|endoftext|>b"));

    [Fact]
    public void A_template_names_the_token_before_every_text()
    {
        Assert.Equal(256, Open(Bytes())!.Begin);
        Assert.Null(Open(With(Bytes(), "post_processor", "null"))!.Begin);
    }

    /// <summary>GPT-2's table: the space is written Ġ (U+0120), the line feed Ċ (U+010A), 0x7F ġ (U+0121), 0xAD Ń (U+0143).</summary>
    [Theory]
    [InlineData(0x20, '\u0120')]
    [InlineData(0x0A, '\u010A')]
    [InlineData(0x7F, '\u0121')]
    [InlineData(0xA0, '\u0142')]
    [InlineData(0xAD, '\u0143')]
    [InlineData('A', 'A')]
    [InlineData(0xFF, '\u00FF')]
    public void Bytes_are_written_with_the_table_of_GPT_2(int value, char symbol) => Assert.Equal(symbol, ByteTokenizerFile.ByteSymbol(value));

    [Theory]
    [InlineData("model", "{\"type\": \"WordPiece\", \"vocab\": {}}", "'WordPiece'")]
    [InlineData("model", "{\"type\": \"BPE\", \"vocab\": {}, \"merges\": [\"a b\"]}", "merges")]
    [InlineData("model", "{\"type\": \"BPE\", \"vocab\": {}, \"merges\": []}", "no token for byte 0x00")]
    [InlineData("model", "{\"type\": \"BPE\"}", "no token for byte 0x00")]
    [InlineData("model", "{\"type\": \"BPE\", \"vocab\": []}", "no token for byte 0x00")]
    [InlineData("model", "{\"type\": \"BPE\", \"vocab\": {\"\u0100\": \"0\"}}", "no token for byte 0x00")]
    [InlineData("pre_tokenizer", "null", "pre_tokenizer")]
    [InlineData("normalizer", "{\"type\": \"NFC\"}", "normalizer")]
    [InlineData("post_processor", "{\"type\": \"BertProcessing\"}", "post_processor")]
    [InlineData("added_tokens", "[{\"id\": 5, \"content\": \"x\"}]", "one id to two tokens")]
    [InlineData("added_tokens", "[{\"id\": 256, \"content\": \"x\", \"lstrip\": true}]", "rules that are not supported")]
    public void A_kind_that_would_not_be_exact_is_refused_by_name(string key, string value, string reason)
    {
        Assert.Null(Open(With(Bytes(), key, value), out var whyNot));
        Assert.Contains(reason, whyNot, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("tokenizer.json", "{", "not JSON")]
    [InlineData("tokenizer.json", "[]", "'unknown'")]
    [InlineData("tokenizer.json", "{\"model\": {\"type\": \"\\ud800\"}}", "not JSON")]
    [InlineData("tokenizer.bin", "nonsense", "llama2.c's format")]
    [InlineData("tokenizer.model", "", "SentencePiece")]
    [InlineData("readme.md", "", "no tokenizer.json")]
    public void A_file_that_is_no_tokenizer_gives_the_reason(string name, string text, string reason)
    {
        File.WriteAllText(folder[name], text);

        Assert.Null(TokenizerOpener.TryOpen(folder.Path, out var whyNot));
        Assert.Contains(reason, whyNot, StringComparison.Ordinal);
    }

    public void Dispose() => folder.Dispose();

    private static JsonObject Bytes() => new()
    {
        ["added_tokens"] = JsonNode.Parse("""[{"id": 256, "content": "<|endoftext|>", "special": true}]"""),
        ["pre_tokenizer"] = JsonNode.Parse("""{"type": "ByteLevel", "add_prefix_space": false}"""),
        ["post_processor"] = JsonNode.Parse("""
            {"type": "TemplateProcessing", "single": [{"SpecialToken": {"id": "<|endoftext|>"}}, {"Sequence": {"id": "A"}}]}
            """),
        ["model"] = new JsonObject
        {
            ["type"] = "BPE",
            ["merges"] = new JsonArray(),
            ["vocab"] = new JsonObject(Enumerable.Range(0, 256).Select(value =>
                KeyValuePair.Create(ByteTokenizerFile.ByteSymbol(value).ToString(), (JsonNode?)value))),
        },
    };

    private static JsonObject With(JsonObject root, string key, string value)
    {
        root[key] = JsonNode.Parse(value);
        return root;
    }

    private ITokenizer? Open(JsonObject root) => Open(root, out _);

    private ITokenizer? Open(JsonObject root, out string? whyNot)
    {
        File.WriteAllText(folder["tokenizer.json"], root.ToJsonString());
        return TokenizerOpener.TryOpen(folder.Path, out whyNot);
    }
}
