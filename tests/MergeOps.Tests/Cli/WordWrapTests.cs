using MergeOps.Cli.Rendering;
using MergeOps.Pipeline.Stages;
using Xunit;

namespace MergeOps.Tests.Cli;

public sealed class WordWrapTests
{
    [Theory]
    [InlineData("short", 60, "short")]
    [InlineData("one two three", 8, "one two\n  three")]
    [InlineData("  one two three", 9, "  one two\n    three")]
    [InlineData("/a/very/long/path/of/one/word is whole", 12, "/a/very/long/path/of/one/word\n  is whole")]
    [InlineData("a  b", 60, "a  b")]
    [InlineData("\u001b[1;31merror\u001b[0m of colours", 16, "\u001b[1;31merror\u001b[0m of colours")]
    [InlineData("\rdrawn over and over", 6, "\rdrawn over and over")]
    [InlineData("nobody looks at this", 0, "nobody looks at this")]
    public void Lines_are_broken_between_words(string line, int width, string folded) => Assert.Equal(folded, WordWrap.Fold(line, width));

    [Fact]
    public void No_word_is_broken_and_none_is_lost_at_any_width()
    {
        const string Line = "recipe.yml(3,12): error MOPS203: Model not found. './models/bas' is neither in the recipe's folder nor in the current one.";
        for (var width = 1; width < 130; width++)
        {
            Assert.Equal(Line.Split(' '), WordWrap.Fold(Line, width).Split([' ', '\n'], StringSplitOptions.RemoveEmptyEntries));
        }
    }

    [Theory]
    [InlineData(1_200, 1, "1.20 kB/s")]
    [InlineData(4_000_000_000, 2, "2.00 GB/s")]
    [InlineData(1_000, 0, "")]
    public void A_speed_has_the_unit_that_it_needs(long bytes, double seconds, string text) =>
        Assert.Equal(text, Quantity.Speed(bytes, TimeSpan.FromSeconds(seconds)));
}
