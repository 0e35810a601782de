using System.Text.Json.Nodes;
using MergeOps.Models;
using MergeOps.Tokenizers.Pieces;
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
    public void Bytes_are_written_with_the_table_of_GPT_2(int value, char symbol) => Assert.Equal(symbol, ByteSymbols.Of((byte)value));

    [Fact]
    public void Texts_are_separated_by_the_token_that_the_config_names()
    {
        File.WriteAllText(folder["tokenizer_config.json"], """{"bos_token": null, "eos_token": {"content": "Hi"}}""");
        var root = With(Bytes(), "post_processor", "null");

        Assert.Equal(256, Open(With(Bytes(), "added_tokens", """[{"id": 256, "content": "Hi"}]"""))!.Separator);
        Assert.Null(Open(With(root, "added_tokens", "[]"))!.Separator);
    }

    [Fact]
    public void Pieces_begin_with_the_token_that_the_config_names_and_added_ones_are_refused()
    {
        File.Copy(Repository.Data("Tokenizers", "Encodings", "pieces-bpe-bytes.model"), folder["tokenizer.model"]);

        Assert.Equal(1, TokenizerOpener.TryOpen(folder.Path, out _)!.Begin);
        File.WriteAllText(folder["tokenizer_config.json"], """{"add_bos_token": false, "bos_token": "<s>"}""");
        Assert.Equal((null, 1), TokenizerOpener.TryOpen(folder.Path, out _) is { } tokenizer ? (tokenizer.Begin, tokenizer.Separator) : default);
        File.WriteAllText(folder["added_tokens.json"], """{"<new>": 600}""");
        Assert.Null(TokenizerOpener.TryOpen(folder.Path, out var whyNot));
        Assert.Contains("tokens were added to tokenizer.model", whyNot, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("model", "{\"type\": \"Markov\", \"vocab\": {}}", "model 'Markov' has no exact implementation")]
    [InlineData("model", "{\"type\": \"BPE\", \"vocab\": {}, \"merges\": [\"a b\"]}", "merges to or from 'a'")]
    [InlineData("model", "{\"type\": \"BPE\"}", "no 'vocab'")]
    [InlineData("model", "{\"type\": \"BPE\", \"vocab\": []}", "'vocab' that is not an object")]
    [InlineData("model", "{\"type\": \"BPE\", \"vocab\": {\"\u0100\": \"0\"}, \"merges\": []}", "invalid id")]
    [InlineData("model", "{\"type\": \"BPE\", \"vocab\": {\"a\": 0, \"b\": 0}, \"merges\": []}", "the id 0 to two tokens")]
    [InlineData("model", "{\"type\": \"BPE\", \"vocab\": {}, \"merges\": [], \"dropout\": 0.1}", "at random")]
    [InlineData("model", "{\"type\": \"BPE\", \"vocab\": {}, \"merges\": [], \"new\": 1}", "setting 'new'")]
    [InlineData("pre_tokenizer", "{\"type\": \"UnicodeScripts\"}", "pre-tokenizer 'UnicodeScripts' has no exact implementation here: its script table")]
    [InlineData("pre_tokenizer", "{\"type\": \"Split\", \"pattern\": {\"Regex\": \"\\\\X\"}, \"behavior\": \"Isolated\", \"invert\": false}", "the escape '\\X'")]
    [InlineData("normalizer", "{\"type\": \"Sequence\", \"normalizers\": [{\"type\": \"Rot13\"}]}", "normalizer 'Rot13'")]
    [InlineData("post_processor", "{\"type\": \"BertProcessing\"}", "post-processor 'BertProcessing' has no 'cls'")]
    [InlineData("added_tokens", "[{\"id\": 5, \"content\": \"x\"}]", "'x' the id 5; the tokenizers library gives it 120")]
    [InlineData("version", "\"2.0\"", "version is not 1.0")]
    public void A_kind_that_would_not_be_exact_is_refused_by_name(string key, string value, string reason)
    {
        Assert.Null(Open(With(Bytes(), key, value), out var whyNot));
        Assert.Contains(reason, whyNot, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("tokenizer.json", "{", "not valid JSON")]
    [InlineData("tokenizer.json", "[]", "not an object")]
    [InlineData("tokenizer.json", "{\"model\": {\"type\": \"\\ud800\"}}", "surrogate")]
    [InlineData("tokenizer.bin", "nonsense", "llama2.c's format")]
    [InlineData("tokenizer.model", "", "not a SentencePiece model")]
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
            {
              "type": "TemplateProcessing",
              "single": [{"SpecialToken": {"id": "<|endoftext|>"}}, {"Sequence": {"id": "A"}}],
              "special_tokens": {"<|endoftext|>": {"id": "<|endoftext|>", "ids": [256], "tokens": ["<|endoftext|>"]}}
            }
            """),
        ["decoder"] = JsonNode.Parse("""{"type": "ByteLevel", "add_prefix_space": false}"""),
        ["model"] = new JsonObject
        {
            ["type"] = "BPE",
            ["merges"] = new JsonArray(),
            ["vocab"] = new JsonObject(Enumerable.Range(0, 256).Select(value =>
                KeyValuePair.Create(ByteSymbols.Of((byte)value).ToString(), (JsonNode?)value))),
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
