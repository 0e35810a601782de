using System.Text.Json.Nodes;
using MergeOps.Diagnostics;
using MergeOps.Tokenizers;
using Xunit;

namespace MergeOps.Tests.Tokenizers;

public sealed class VocabularyTextTests
{
    private static readonly Vocabulary Sample = TokenizerFixture.Read(
        "tokenizer.json", TokenizerFixture.JsonOf([("a", 0), ("b\n", 1), ("<unused0>", 2), ("<unused1>", 3), ("ü", 4), ("<|im_start|>", 300)]),
        "tokenizer_config.json", """{"bos_token": "<|im_start|>"}""")!;

    [Fact]
    public void An_outline_has_ranges_sums_of_blocks_samples_and_runs_of_marked_tokens()
    {
        var outline = VocabularyText.Write(Sample);

        Assert.Equal(["0-4", "300-300"], Texts(outline, "ids"));
        // XXH3 of each text with its id as the seed, added up modulo 2^64: computed with the xxhash package of Python
        Assert.Equal(["a755fe12b26b5f50 a", "31d8f8cb15250035"], Texts(outline, "blocks"));
        Assert.Equal(["2 2 <unused0>", "300 1 <|im_start|>"], Texts(outline, "marked"));
        Assert.Equal("<|im_start|>", (string?)outline["special"]!["bos_token"]);
    }

    [Fact]
    public void A_vocabulary_that_is_kept_whole_reads_back_with_all_its_tokens()
    {
        var packed = PackedVocabulary.Pack(TokenizerFixture.Read(
            "tokenizer.json", TokenizerFixture.JsonOf([("a", 0), ("b\n", 1), ("\ud83d\ude00", 2)], "<s>").Replace("\"special\":true", "\"lstrip\":true,\"special\":true", StringComparison.Ordinal),
            "chat_template.jinja", "{{ messages }}")!);
        var text = CanonicalJson.Write(VocabularyText.Write(packed));

        var read = VocabularyText.Read(JsonNode.Parse(text)!.AsObject());

        Assert.Equal(text, CanonicalJson.Write(VocabularyText.Write(read)));
        Assert.True(read.IsWhole);
        Assert.Equal(packed.Known, read.Known);
        Assert.Equal(new AddedToken("<s>", StripsLeft: true, IsNormalized: false, IsSpecial: true), read.Added["<s>"]);
        Assert.Equal("{{ messages }}", read.ChatTemplate);
    }

    [Theory]
    [InlineData("no base 64!")]
    [InlineData("AAAA")]
    [InlineData("CwWAe30D")]
    public void Tokens_that_cannot_be_unpacked_are_refused(string whole)
    {
        var outline = VocabularyText.Write(Sample);
        outline["whole"] = whole;

        Assert.Throws<FormatException>(() => VocabularyText.Read(outline));
    }

    [Fact]
    public void Tokens_of_another_vocabulary_are_refused()
    {
        var outline = VocabularyText.Write(Sample);
        outline["whole"] = PackedVocabulary.Pack(TokenizerFixture.Of(TokenizerFixture.JsonOf([("a", 0), ("x", 1), ("<unused0>", 2), ("<unused1>", 3), ("ü", 4), ("<|im_start|>", 300)]))).Packed;

        Assert.Throws<FormatException>(() => VocabularyText.Read(outline));
    }

    [Fact]
    public void An_outline_reads_back_as_it_was_written()
    {
        var text = CanonicalJson.Write(VocabularyText.Write(Sample));

        var read = VocabularyText.Read(JsonNode.Parse(text)!.AsObject());

        Assert.Equal(text, CanonicalJson.Write(VocabularyText.Write(read)));
        Assert.Equal((301, 6, false), (read.Size, read.Count, read.IsWhole));
        Assert.Equal(Sample.Marked, read.Marked);
        Assert.True(VocabularyComparison.Of(read, Sample).IsSame);
    }

    [Theory]
    [InlineData("<x9>", "<x10>", "<x11>", 1)]
    [InlineData("<x08>", "<x09>", "<x10>", 3)]
    [InlineData("<0>", "<1>", "<3>", 2)]
    [InlineData("<a>", "<b>", "<c>", 3)]
    [InlineData("<v2_1>", "<v2_2>", "<v2_3>", 1)]
    [InlineData("<999999998>", "<999999999>", "<1000000000>", 3)]
    public void Names_that_count_up_are_one_line(string first, string second, string third, int lines)
    {
        var vocabulary = TokenizerFixture.Of(TokenizerFixture.Json([first, second, third]));

        Assert.Equal(lines, Texts(VocabularyText.Write(vocabulary), "marked").Count());
        Assert.Equal(vocabulary.Marked, vocabulary.Outline().Marked);
    }

    [Theory]
    [InlineData("ids", """[]""")]
    [InlineData("ids", """["0-4", "5-300"]""")]
    [InlineData("ids", """["300-300", "0-4"]""")]
    [InlineData("ids", """["0-99999999"]""")]
    [InlineData("ids", """["4-0"]""")]
    [InlineData("ids", """["0"]""")]
    [InlineData("blocks", """["a755fe12b26b5f50 a"]""")]
    [InlineData("blocks", """["a755fe12b26b5f50 a", "31d8f8cb15250035", "31d8f8cb15250035"]""")]
    [InlineData("blocks", """["a755fe12b26b5f50 a", "31d8f8cb15250035 no ordinary token"]""")]
    [InlineData("blocks", """["xyz a", "31d8f8cb15250035"]""")]
    [InlineData("marked", """["300 1 <|im_start|>", "2 2 <unused0>"]""")]
    [InlineData("marked", """["2 16777215 <unused0>"]""")]
    [InlineData("marked", """["2 2 <name>"]""")]
    [InlineData("marked", """["7 1 <name>"]""")]
    [InlineData("marked", """["-2 1 <name>"]""")]
    [InlineData("marked", """["2"]""")]
    public void An_outline_that_contradicts_itself_is_refused(string key, string value)
    {
        var outline = VocabularyText.Write(Sample);
        outline[key] = JsonNode.Parse(value);

        Assert.ThrowsAny<Exception>(() => VocabularyText.Read(outline));
    }

    private static IEnumerable<string> Texts(JsonObject outline, string key) => outline[key]!.AsArray().Select(text => (string)text!);
}
