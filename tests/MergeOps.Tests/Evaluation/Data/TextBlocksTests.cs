using MergeOps.Evaluation.Data;
using Xunit;

namespace MergeOps.Tests.Evaluation.Data;

public sealed class TextBlocksTests
{
    public static TheoryData<string> Texts => new(
        "a",
        string.Concat(Enumerable.Repeat("A line of a text.\n", 500)),
        string.Concat(Enumerable.Repeat("word ", 3000)),
        new string('x', 20_000),
        string.Concat(Enumerable.Repeat("😀", 9_999)),
        new string('\n', 5000),
        string.Concat(Enumerable.Repeat("A paragraph.\r\n\r\n", 700)));

    [Theory]
    [MemberData(nameof(Texts))]
    public void Blocks_are_the_text_whole_characters_and_neither_many_nor_short(string text)
    {
        var blocks = TextBlocks.Of(text);

        Assert.Equal(text, string.Concat(blocks));
        Assert.InRange(blocks.Length, 1, 65);
        Assert.All(blocks, block => Assert.False(char.IsLowSurrogate(block[0])));
        Assert.True(blocks.Length == 1 || blocks.Min(block => block.Length) >= 64);
    }

    [Fact]
    public void A_block_ends_with_a_line() =>
        Assert.All(TextBlocks.Of(string.Concat(Enumerable.Range(0, 200).Select(line => $"{line} once upon a time there was a line.\n"))), block => Assert.EndsWith("\n", block));

    [Fact]
    public void A_short_text_is_one_block() => Assert.Single(TextBlocks.Of("Once upon a time.\nThe end.\n"));

    [Fact]
    public void A_longer_text_has_longer_blocks_not_more() =>
        Assert.InRange(TextBlocks.Of(string.Concat(Enumerable.Repeat("A line of a very long text.\n", 100_000))).Length, 32, 64);
}
