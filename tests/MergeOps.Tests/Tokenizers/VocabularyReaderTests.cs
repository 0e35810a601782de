using System.Text.Json.Nodes;
using MergeOps.Tokenizers;
using Xunit;

namespace MergeOps.Tests.Tokenizers;

/// <summary>What each kind of tokenizer file says the tokens are.</summary>
public sealed class VocabularyReaderTests
{
    [Theory]
    [InlineData("""{"model": {"type": "BPE", "vocab": {"a": 0, "b": 1, "ab": 2}, "merges": ["a b"]}}""")]
    [InlineData("""{"model": {"type": "WordPiece", "unk_token": "[UNK]", "continuing_subword_prefix": "##", "vocab": {"ab": 2, "a": 0, "b": 1}}}""")]
    [InlineData("""{"model": {"type": "WordLevel", "vocab": {"a": 0, "b": 1, "ab": 2}, "unk_token": "a"}}""")]
    [InlineData("""{"model": {"type": "Unigram", "unk_id": 0, "vocab": [["a", 0.0], ["b", -1.5], ["ab", -2e0]]}}""")]
    [InlineData("""{"added_tokens": [{"id": 2, "content": "ab", "special": true}, {"id": 1, "content": "b"}], "model": {"vocab": {"a": 0, "b": 1}}}""")]
    public void Every_kind_of_tokenizer_json_gives_its_tokens(string json) =>
        Assert.Equal([("a", 0), ("b", 1), ("ab", 2)], TokenizerFixture.Of(json).Tokens());

    [Theory]
    [InlineData("{}")]
    [InlineData("""{"model": null}""")]
    [InlineData("""{"model": "org/name"}""")]
    [InlineData("""{"model": {"type": "BPE", "vocab": {}}, "added_tokens": []}""")]
    public void A_tokenizer_json_without_a_vocabulary_claims_nothing(string json) => Assert.Null(TokenizerFixture.Read("tokenizer.json", json));

    [Fact]
    public void A_model_without_a_tokenizer_claims_nothing() => Assert.Null(TokenizerFixture.Read("tokenizer_config.json", "{}"));

    [Fact]
    public void Added_and_special_and_bracketed_tokens_are_marked_and_pieces_of_text_are_not()
    {
        var vocabulary = TokenizerFixture.Of("""
            {
              "added_tokens": [{"id": 5, "content": "tool"}, {"id": 1, "content": "word"}],
              "model": {"vocab": {"piece": 0, "word": 1, "<|im_start|>": 2, "[MASK]": 3, "<0x0A>": 4}}
            }
            """);

        Assert.Equal(["word", "<|im_start|>", "[MASK]", "tool"], vocabulary.Marked.Select(token => token.Text));
        Assert.Equal((6, 6), (vocabulary.Size, vocabulary.Count));
    }

    [Fact]
    public void An_added_token_keeps_the_id_that_the_vocabulary_gives_it_and_takes_the_place_of_another_text()
    {
        var vocabulary = TokenizerFixture.Of("""{"added_tokens": [{"id": 9, "content": "b"}, {"id": 0, "content": "<|call|>"}], "model": {"vocab": {"a": 0, "b": 1}}}""");

        Assert.Equal([("<|call|>", 0), ("b", 1)], vocabulary.Tokens());
    }

    [Fact]
    public void Ids_may_have_gaps_and_stand_in_any_order()
    {
        var vocabulary = TokenizerFixture.Of("""{"model": {"vocab": {"z": 700, "b": 1, "a": 0}}}""");

        Assert.Equal([("a", 0), ("b", 1), ("z", 700)], vocabulary.Tokens());
        Assert.Equal([new(0, 1), new(700, 700)], vocabulary.Ranges);
        Assert.Equal((701, 3), (vocabulary.Size, vocabulary.Count));
    }

    [Fact]
    public void A_map_with_merges_and_added_tokens_is_the_same_tokenizer_as_one_file()
    {
        var whole = TokenizerFixture.Of("""{"model": {"type": "BPE", "vocab": {"a": 0, "b": 1, "ab": 2}, "merges": [["a", "b"]]}, "added_tokens": [{"id": 3, "content": "<|im_end|>"}, {"id": 4, "content": "<x>"}]}""");

        var parts = TokenizerFixture.Read(
            "vocab.json", """{"a": 0, "b": 1, "ab": 2}""",
            "merges.txt", "#version: 0.2\na b\n",
            "added_tokens.json", """{"<|im_end|>": 3}""",
            "tokenizer_config.json", """{"added_tokens_decoder": {"3": {"content": "<|im_end|>"}, "4": {"content": "<x>", "special": true}}}""");

        Assert.True(VocabularyComparison.Of(parts!, whole).IsSame);
        Assert.Equal(whole.Parts.Digests["merges"], parts!.Parts.Digests["merges"]);
    }

    [Theory]
    [InlineData("[PAD]\nthe\n##s\n")]
    [InlineData("[PAD]\r\nthe\r\n##s")]
    public void A_list_of_lines_gives_each_line_its_number(string text) =>
        Assert.Equal([("[PAD]", 0), ("the", 1), ("##s", 2)], TokenizerFixture.Read("vocab.txt", text)!.Tokens());

    [Fact]
    public void Of_two_equal_lines_the_later_one_counts_and_empty_lines_are_tokens() =>
        Assert.Equal([("a", 0), ("", 2), ("b", 3)], TokenizerFixture.Read("vocab.txt", "a\nb\n\nb\n")!.Tokens());

    [Fact]
    public void A_sentencepiece_model_has_the_pieces_that_its_own_library_reads()
    {
        var expected = JsonNode.Parse(File.ReadAllText(Repository.Data("Tokenizers", "sentencepiece.json")))!["pieces"]!.AsArray().Select(piece => (string)piece!);

        var vocabulary = SentencePiece(File.ReadAllBytes(Repository.Data("Tokenizers", "sentencepiece.model")))!;

        Assert.Equal(expected, vocabulary.Known.Select(token => token.Text));
        Assert.Equal(["<unk>", "<s>", "</s>", "<|im_start|>", "<mask>"], vocabulary.Marked.Select(token => token.Text));
    }

    [Fact]
    public void A_sentencepiece_model_and_its_conversion_to_json_are_one_vocabulary()
    {
        var pieces = JsonNode.Parse(File.ReadAllText(Repository.Data("Tokenizers", "sentencepiece.json")))!["pieces"]!.AsArray().Select(piece => (string)piece!);
        var converted = TokenizerFixture.Of(TokenizerFixture.Json(pieces));

        var difference = VocabularyComparison.Of(SentencePiece(File.ReadAllBytes(Repository.Data("Tokenizers", "sentencepiece.model")))!, converted);

        Assert.True(difference.IsSame);
        Assert.False(difference.EncodesDifferently);
    }

    [Fact]
    public void A_file_of_that_name_in_another_format_claims_nothing() => Assert.Null(SentencePiece("IQ== 0\nIg== 1\n"u8.ToArray()));

    [Fact]
    public void Tokens_with_a_task_are_known_by_their_texts_however_they_are_written()
    {
        var vocabulary = TokenizerFixture.Read(
            "tokenizer.json", TokenizerFixture.Json(["a", "<s>", "</s>"]),
            "tokenizer_config.json", """{"bos_token": {"content": "<s>", "lstrip": false}, "eos_token": null, "model_max_length": 1000000000000000019884624838656}""",
            "special_tokens_map.json", """{"eos_token": "</s>", "bos_token": "a", "additional_special_tokens": ["<x>"]}""");

        Assert.Equal(["bos_token <s>", "eos_token </s>"], vocabulary!.Parts.SpecialTokens.Select(token => $"{token.Key} {token.Value}"));
    }

    [Fact]
    public void A_chat_template_is_the_same_in_its_own_file_and_in_the_config()
    {
        string[] json = ["tokenizer.json", TokenizerFixture.Json(["a"])];
        var inConfig = TokenizerFixture.Read([.. json, "tokenizer_config.json", """{"chat_template": "{{ messages }}\n"}"""])!;
        var inFile = TokenizerFixture.Read([.. json, "tokenizer_config.json", "{}", "chat_template.jinja", "{{ messages }}\n"])!;
        var none = TokenizerFixture.Read(json)!;

        Assert.Empty(VocabularyComparison.Of(inConfig, inFile).Parts);
        Assert.Equal(["chat_template"], VocabularyComparison.Of(inConfig, none).Parts);
    }

    [Fact]
    public void Only_the_files_that_tell_the_vocabulary_are_asked_for()
    {
        Assert.Equal(
            ["tokenizer.json", "added_tokens.json", "tokenizer_config.json"],
            TokenizerFiles.Among(["model.safetensors", "vocab.json", "merges.txt", "added_tokens.json", "tokenizer_config.json", "tokenizer.json", "sub/tokenizer.model"]));
        Assert.Equal(["vocab.json", "merges.txt"], TokenizerFiles.Among(["vocab.json", "merges.txt", "tokenizer.model"]));
        Assert.Empty(TokenizerFiles.Among(["sentencepiece.bpe.model", "tokenizer_config.json"]));
    }

    private static Vocabulary? SentencePiece(byte[] file) => VocabularyReader.Read(new Dictionary<string, byte[]> { ["tokenizer.model"] = file }, name => name);
}
