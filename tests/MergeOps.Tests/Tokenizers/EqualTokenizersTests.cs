using MergeOps.Tokenizers;
using Xunit;

namespace MergeOps.Tests.Tokenizers;

/// <summary>Tokenizers that do the same are known as the same, whoever saved them; those that do not are told apart.</summary>
public sealed class EqualTokenizersTests
{
    private const string Plain = """
        {
          "version": "1.0", "truncation": null, "padding": null,
          "added_tokens": [{"id": 3, "content": "<|end|>", "single_word": false, "lstrip": false, "rstrip": false, "normalized": false, "special": true}],
          "normalizer": null,
          "pre_tokenizer": {"type": "ByteLevel", "add_prefix_space": false, "trim_offsets": true, "use_regex": true},
          "post_processor": {"type": "ByteLevel", "add_prefix_space": true, "trim_offsets": false, "use_regex": true},
          "decoder": {"type": "ByteLevel", "add_prefix_space": true, "trim_offsets": true, "use_regex": true},
          "model": {"type": "BPE", "dropout": null, "unk_token": null, "continuing_subword_prefix": null, "end_of_word_suffix": null, "fuse_unk": false, "byte_fallback": false,
                    "vocab": {"a": 0, "b": 1, "ab": 2}, "merges": ["a b"]}
        }
        """;

    [Theory]
    [InlineData("\"merges\": [\"a b\"]", "\"merges\": [[\"a\", \"b\"]]")]
    [InlineData("\"vocab\": {\"a\": 0, \"b\": 1, \"ab\": 2}", "\"vocab\": {\"ab\": 2, \"\\u0062\": 1, \"a\": 0}")]
    [InlineData("\"truncation\": null", "\"truncation\": {\"max_length\": 512, \"strategy\": \"LongestFirst\", \"stride\": 0, \"direction\": \"Right\"}")]
    [InlineData("\"padding\": null", "\"padding\": {\"strategy\": \"BatchLongest\", \"pad_id\": 2, \"pad_token\": \"ab\"}")]
    [InlineData("\"byte_fallback\": false,", "\"byte_fallback\": false, \"ignore_merges\": false,")]
    [InlineData("\"continuing_subword_prefix\": null, \"end_of_word_suffix\": null", "\"continuing_subword_prefix\": \"\", \"end_of_word_suffix\": \"\"")]
    [InlineData(", \"fuse_unk\": false, \"byte_fallback\": false", "")]
    [InlineData("{\"type\": \"ByteLevel\", \"add_prefix_space\": false, \"trim_offsets\": true, \"use_regex\": true}", "{\"use_regex\": true, \"add_prefix_space\": false, \"type\": \"ByteLevel\", \"trim_offsets\": false}")]
    [InlineData("{\"type\": \"ByteLevel\", \"add_prefix_space\": false, \"trim_offsets\": true, \"use_regex\": true}", "{\"type\": \"Sequence\", \"pretokenizers\": [{\"type\": \"ByteLevel\", \"add_prefix_space\": false, \"trim_offsets\": true}]}")]
    [InlineData("{\"type\": \"ByteLevel\", \"add_prefix_space\": true, \"trim_offsets\": false, \"use_regex\": true}", "null")]
    [InlineData("\"decoder\": {\"type\": \"ByteLevel\", \"add_prefix_space\": true,", "\"decoder\": {\"type\": \"ByteLevel\", \"add_prefix_space\": false,")]
    [InlineData("\"normalizer\": null,", "")]
    [InlineData("\"normalizer\": null", "\"normalizer\": {\"type\": \"Sequence\", \"normalizers\": []}")]
    [InlineData("\"special\": true", "\"special\": false")]
    public void What_moves_no_token_is_no_difference(string written, string other)
    {
        var difference = Between(Plain, written, other);

        Assert.True(difference.IsSame);
        Assert.Empty(difference.Parts);
    }

    [Theory]
    [InlineData("\"merges\": [\"a b\"]", "\"merges\": [\"b a\"]", "merges")]
    [InlineData("\"merges\": [\"a b\"]", "\"merges\": []", "merges")]
    [InlineData("\"normalizer\": null", "\"normalizer\": {\"type\": \"NFC\"}", "normalizer")]
    [InlineData("\"trim_offsets\": true, \"use_regex\": true},\n  \"post", "\"trim_offsets\": true, \"use_regex\": false},\n  \"post", "pre_tokenizer")]
    [InlineData("\"pre_tokenizer\": {\"type\": \"ByteLevel\", \"add_prefix_space\": false", "\"pre_tokenizer\": {\"type\": \"ByteLevel\", \"add_prefix_space\": true", "pre_tokenizer")]
    [InlineData("\"byte_fallback\": false", "\"byte_fallback\": true", "model")]
    [InlineData("\"unk_token\": null", "\"unk_token\": \"a\"", "model")]
    public void What_makes_other_tokens_of_a_text_is_named(string written, string other, string part)
    {
        var difference = Between(Plain, written, other);

        Assert.True(difference.IsSame);
        Assert.True(difference.EncodesDifferently);
        Assert.Equal([part], difference.Parts);
    }

    [Theory]
    [InlineData("{\"type\": \"Metaspace\", \"replacement\": \"▁\", \"add_prefix_space\": true}", "{\"type\": \"Metaspace\", \"replacement\": \"▁\", \"prepend_scheme\": \"always\", \"split\": true}", true)]
    [InlineData("{\"type\": \"Metaspace\", \"replacement\": \"▁\", \"str_rep\": \"▁\", \"add_prefix_space\": false}", "{\"type\": \"Metaspace\", \"replacement\": \"▁\", \"prepend_scheme\": \"never\"}", true)]
    [InlineData("{\"type\": \"Metaspace\", \"replacement\": \"▁\", \"prepend_scheme\": \"first\"}", "{\"type\": \"Metaspace\", \"replacement\": \"▁\", \"prepend_scheme\": \"always\"}", false)]
    [InlineData("{\"type\": \"Metaspace\", \"replacement\": \"▁\", \"prepend_scheme\": \"first\", \"split\": false}", "{\"type\": \"Metaspace\", \"replacement\": \"▁\", \"prepend_scheme\": \"first\"}", false)]
    [InlineData("{\"type\": \"BertNormalizer\", \"lowercase\": true, \"strip_accents\": null}", "{\"type\": \"BertNormalizer\", \"lowercase\": true}", true)]
    [InlineData("{\"type\": \"BertNormalizer\", \"lowercase\": true, \"strip_accents\": null}", "{\"type\": \"BertNormalizer\", \"lowercase\": true, \"strip_accents\": false}", false)]
    [InlineData("{\"type\": \"Sequence\", \"normalizers\": [{\"type\": \"NFC\"}, {\"type\": \"Sequence\", \"normalizers\": [{\"type\": \"Lowercase\"}]}]}", "{\"type\": \"Sequence\", \"normalizers\": [{\"type\": \"NFC\"}, {\"type\": \"Lowercase\"}]}", true)]
    public void Parts_written_by_other_versions_of_the_library_are_the_same_where_they_do_the_same(string first, string second, bool same) =>
        Assert.Equal(same, !VocabularyComparison.Of(WithNormalizer(first), WithNormalizer(second)).EncodesDifferently);

    [Theory]
    [InlineData("[[\"a\", -1.50], [\"b\", 0]]", true)]
    [InlineData("[[\"a\", -1.25], [\"b\", 0.0]]", false)]
    public void The_scores_of_a_unigram_tokenizer_belong_to_it(string other, bool same)
    {
        var difference = VocabularyComparison.Of(Unigram("[[\"a\", -1.5], [\"b\", 0.0]]"), Unigram(other));

        Assert.True(difference.IsSame);
        Assert.Equal(same, !difference.EncodesDifferently);
    }

    [Fact]
    public void A_byte_order_mark_is_no_difference() => Assert.True(VocabularyComparison.Of(TokenizerFixture.Of(Plain), TokenizerFixture.Of('\uFEFF' + Plain)).IsSame);

    private static VocabularyDifference Between(string json, string written, string other)
    {
        Assert.Contains(written, json, StringComparison.Ordinal);
        return VocabularyComparison.Of(TokenizerFixture.Of(json), TokenizerFixture.Of(json.Replace(written, other, StringComparison.Ordinal)));
    }

    private static Vocabulary WithNormalizer(string part) => TokenizerFixture.Of($$$"""{"normalizer": {{{part}}}, "model": {"type": "BPE", "vocab": {"a": 0}, "merges": []}}""");

    private static Vocabulary Unigram(string list) => TokenizerFixture.Of($$$"""{"model": {"type": "Unigram", "unk_id": 0, "vocab": {{{list}}}}}""");
}
