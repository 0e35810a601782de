using System.Text;
using MergeOps.Diagnostics;
using MergeOps.Tokenizers;
using Xunit;

namespace MergeOps.Tests.Tokenizers;

/// <summary>Tokenizer files come from anyone: what contradicts itself is refused with the reason, and nothing ends the program.</summary>
public sealed class HostileTokenizersTests
{
    private const int Seed = 7;
    private const int Attempts = 500;

    [Theory]
    [InlineData("", "At byte 0")]
    [InlineData("{", "At byte 1")]
    [InlineData("[]", "a list, not an object")]
    [InlineData("""{"model": {"vocab": {"a": 0, "b": 0, "c": 0}}}""", "The id 0 belongs to two tokens: 'a' and 'b'")]
    [InlineData("""{"model": {"vocab": {"a": 0, "\u0061": 1}}}""", "The token 'a' occurs twice")]
    [InlineData("""{"model": {"vocab": [["a", 0], ["a", 0]]}}""", "The token 'a' occurs twice")]
    [InlineData("""{"model": {"vocab": {"a": -1}}}""", "the number -1 as its id")]
    [InlineData("""{"model": {"vocab": {"a": 1.0}}}""", "the number 1.0 as its id")]
    [InlineData("""{"model": {"vocab": {"a": "b"}}}""", "a text as its id")]
    [InlineData("""{"model": {"vocab": {"a": 4294967296}}}""", "no vocabulary goes beyond 16777215")]
    [InlineData("""{"model": {"vocab": {"a": 99999999999999999999}}}""", "as its id")]
    [InlineData("""{"model": {"vocab": {"\ud800": 0}}}""", "unpaired surrogate")]
    [InlineData("""{"model": {"vocab": {"a": 0}, "merges": ["\udc00 a"]}}""", "unpaired surrogate")]
    [InlineData("""{"model": {"vocab": {"a": 0}, "unk_token": "\ud800"}}""", "unpaired surrogate")]
    [InlineData("""{"model": {"vocab": {"a": 0}, "vocab": {"b": 0}}}""", "'model.vocab' occurs twice")]
    [InlineData("""{"model": {"vocab": {"a": 0}}, "model": {}}""", "'model' occurs twice")]
    [InlineData("""{"normalizer": {"type": "NFC", "type": "NFD"}, "model": {"vocab": {"a": 0}}}""", "At byte")]
    [InlineData("""{"model": {"vocab": {"a": 0}, "merges": [3]}}""", "A merge is the number 3")]
    [InlineData("""{"model": {"vocab": {"a": 0}, "merges": [["a", 3]]}}""", "A merge holds the number 3")]
    [InlineData("""{"model": {"vocab": [["a"]]}}""", "has nothing as its score")]
    [InlineData("""{"model": {"vocab": [["a", "b"]]}}""", "a text as its score")]
    [InlineData("""{"model": {"vocab": [["a", 1e999]]}}""", "as its score")]
    [InlineData("""{"model": {"vocab": [["a", 0, 0]]}}""", "more than a text and a score")]
    [InlineData("""{"added_tokens": [3], "model": {"vocab": {"a": 0}}}""", "An added token is the number 3")]
    [InlineData("""{"added_tokens": [{"id": 3}], "model": {"vocab": {"a": 0}}}""", "has no content")]
    [InlineData("""{"added_tokens": [{"content": "b"}], "model": {"vocab": {"a": 0}}}""", "has no id")]
    [InlineData("""{"added_tokens": [{"id": 3, "content": "b"}, {"id": 3, "content": "c"}], "model": {"vocab": {"a": 0}}}""", "The id 3 belongs to two added tokens: 'b' and 'c'")]
    [InlineData("""{"added_tokens": [{"id": 3, "content": "b"}, {"id": 4, "content": "b"}], "model": {"vocab": {"a": 0}}}""", "The added token 'b' occurs twice")]
    [InlineData("""{"added_tokens": [{"id": 3, "content": 4}], "model": {"vocab": {"a": 0}}}""", "has the number 4 as its content")]
    [InlineData("""{"model": {"vocab": {"a": 0}}} x""", "At byte")]
    public void A_tokenizer_that_contradicts_itself_is_refused(string json, string reason)
    {
        var refused = Assert.Throws<MergeOpsException>(() => TokenizerFixture.Read("tokenizer.json", json)).Diagnostic;

        Assert.Equal(Codes.TokenizerUnreadable, refused.Code);
        Assert.Equal("tokenizer.json", refused.Span?.Path);
        Assert.Contains(reason, refused.Detail, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("vocab.json", "[]")]
    [InlineData("vocab.json", """{"a": 0, "b": 0}""")]
    [InlineData("vocab.json", """{"a": 0, "b": []}""")]
    [InlineData("tokenizer_config.json", "{")]
    [InlineData("tokenizer_config.json", """{"bos_token": "a", "bos_token": "b"}""")]
    [InlineData("tokenizer_config.json", """{"chat_template": "\ud800"}""")]
    [InlineData("special_tokens_map.json", """{"eos_token": {"content": "\udfff"}}""")]
    [InlineData("added_tokens.json", "nothing")]
    public void So_are_the_files_beside_it(string file, string text)
    {
        string[] files = file == "vocab.json" ? [file, text] : ["tokenizer.json", TokenizerFixture.Json(["a"]), file, text];

        var refused = Assert.Throws<MergeOpsException>(() => TokenizerFixture.Read(files)).Diagnostic;

        Assert.Equal((Codes.TokenizerUnreadable, file), (refused.Code, refused.Span?.Path));
    }

    [Theory]
    [InlineData("tokenizer_config.json", "[1]")]
    [InlineData("tokenizer_config.json", """{"added_tokens_decoder": {"x": 1, "-1": {"content": "c"}, "9": 4}, "bos_token": 3}""")]
    [InlineData("special_tokens_map.json", """{"eos_token": {"content": 3}}""")]
    [InlineData("added_tokens.json", """{"<x>": "1"}""")]
    public void What_says_nothing_there_is_passed_over(string file, string text)
    {
        var vocabulary = TokenizerFixture.Read("tokenizer.json", TokenizerFixture.Json(["a"]), file, text)!;

        Assert.Equal([("a", 0)], vocabulary.Tokens());
        Assert.Empty(vocabulary.Parts.SpecialTokens);
    }

    [Theory]
    [InlineData("model")]
    [InlineData("normalizer")]
    [InlineData("anything")]
    public void Depth_without_end_is_refused(string name)
    {
        var deep = $$"""{"{{name}}": {{string.Concat(Enumerable.Repeat("{\"a\":", 100_000))}}0{{new string('}', 100_000)}}}""";

        Assert.Equal(Codes.TokenizerUnreadable, Assert.Throws<MergeOpsException>(() => TokenizerFixture.Read("tokenizer.json", deep)).Diagnostic.Code);
    }

    [Fact]
    public void Bytes_that_are_no_text_are_refused()
    {
        byte[] json = [.. "{\"model\": {\"vocab\": {\""u8, 0xFF, .. "\": 0}}}"u8];

        Assert.Contains("not UTF-8", Refusal("tokenizer.json", json), StringComparison.Ordinal);
        Assert.Contains("not UTF-8", Refusal("vocab.txt", [0x61, 0xC3]), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(new byte[] { 0x0A, 0x7F, 0x00 }, "takes 127 bytes, and 1 are left")]
    [InlineData(new byte[] { 0x0A, 0x03, 0x0A, 0x01, 0xFF }, "not UTF-8 text")]
    [InlineData(new byte[] { 0x0A, 0x02, 0x18, 0x09 }, "the type 9")]
    [InlineData(new byte[] { 0x0A, 0x01, 0x1B }, "the wire type 3")]
    [InlineData(new byte[] { 0x0A, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0x01 }, "more than ten bytes")]
    [InlineData(new byte[] { 0x0A, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0x7F }, "takes 9,223,372,036,854,775,807 bytes")]
    [InlineData(new byte[] { 0x0A, 0x03, 0x0A, 0x01, 0x61, 0x0A, 0x03, 0x0A, 0x01, 0x61 }, "The token 'a' occurs twice")]
    public void A_sentencepiece_model_that_is_cut_or_made_up_is_refused(byte[] file, string reason) =>
        Assert.Contains(reason, Refusal("tokenizer.model", file), StringComparison.Ordinal);

    [Theory]
    [InlineData("tokenizer.json")]
    [InlineData("tokenizer.model")]
    public void Whatever_the_bytes_the_answer_is_a_vocabulary_or_a_finding(string file)
    {
        var random = new Random(Seed);
        var whole = file == "tokenizer.model"
            ? File.ReadAllBytes(Repository.Data("Tokenizers", "sentencepiece.model"))
            : Encoding.UTF8.GetBytes("""{"added_tokens": [{"id": 3, "content": "<x>"}], "normalizer": {"type": "Sequence", "normalizers": [{"type": "NFC"}]}, "model": {"type": "BPE", "vocab": {"a": 0, "b": 1, "ab": 2}, "merges": ["a b", ["b", "a"]]}}""");
        for (var attempt = 0; attempt < Attempts; attempt++)
        {
            var bytes = whole.ToList();
            for (var wounds = random.Next(1, 4); wounds > 0; wounds--)
            {
                var at = random.Next(bytes.Count);
                bytes[at] = (byte)random.Next(256);
                bytes.RemoveRange(at, Math.Min(random.Next(3), bytes.Count - at - 1));
            }

            try
            {
                var vocabulary = VocabularyReader.Read(new Dictionary<string, byte[]> { [file] = [.. bytes] }, name => name);
                Assert.True(vocabulary is null || vocabulary.Outline().Count == vocabulary.Count);
            }
            catch (MergeOpsException refused)
            {
                Assert.Equal(Codes.TokenizerUnreadable, refused.Diagnostic.Code);
            }
        }
    }

    private static string Refusal(string file, byte[] bytes) => Assert.Throws<MergeOpsException>(
        () => VocabularyReader.Read(new Dictionary<string, byte[]> { [file] = bytes }, name => name)).Diagnostic.Detail;
}
