using FsCheck;
using FsCheck.Xunit;
using MergeOps.Diagnostics;
using Xunit;

namespace MergeOps.Tests.Diagnostics;

public sealed class TerminalTextTests
{
    [Theory]
    [InlineData("model.layers.0.mlp", "model.layers.0.mlp")]
    [InlineData("C:\\models\\a", "C:\\models\\a")]
    [InlineData("模型 é 👩‍🔬", "模型 é 👩‍🔬")]
    [InlineData("\u001b[31mred\u001b[0m", "\\u001b[31mred\\u001b[0m")]
    [InlineData("a\0b\tc\r\nd\u007f", "a\\u0000b\\u0009c\\u000d\\u000ad\\u007f")]
    [InlineData("\u009b31m", "\\u009b31m")]
    [InlineData("abc\u202egpj.exe", "abc\\u202egpj.exe")]
    [InlineData("a\u2066b\u2069", "a\\u2066b\\u2069")]
    [InlineData("a\u2028b", "a\\u2028b")]
    [InlineData("::error::no", "\\u003a:error::no")]
    [InlineData("  ::add-mask::x", "  \\u003a:add-mask::x")]
    [InlineData("a::b", "a::b")]
    [InlineData("x ##[group]y", "x \\u0023#[group]y")]
    public void Text_from_outside_can_steer_neither_terminal_nor_runner(string text, string escaped) =>
        Assert.Equal(escaped, TerminalText.Escape(text));

    [Fact]
    public void Json_shows_what_it_holds_and_stays_the_same_json()
    {
        const string Text = "{\n  \"a\u202Eb\": \"\u0085 \u200D😀 é\"\n}\n";

        var shown = TerminalText.Json(Text);

        Assert.Equal("{\n  \"a\\u202eb\": \"\\u0085 \u200D😀 é\"\n}\n", shown);
        Assert.True(System.Text.Json.Nodes.JsonNode.DeepEquals(System.Text.Json.Nodes.JsonNode.Parse(Text), System.Text.Json.Nodes.JsonNode.Parse(shown)));
    }

    [Theory]
    [InlineData("short", 10, "short")]
    [InlineData("0123456789abcdef", 10, "012345…def")]
    public void A_long_text_loses_its_middle(string text, int limit, string shortened) => Assert.Equal(shortened, TerminalText.Shortened(text, limit));

    [Fact]
    public void Half_a_surrogate_pair_is_shown_by_its_number() =>
        Assert.Equal("a\\ud800b", TerminalText.Escape("a" + '\ud800' + "b"));

    [Fact]
    public void Our_own_lines_stay_but_none_of_them_starts_a_command() =>
        Assert.Equal("one\n\\u003a:error::two", TerminalText.Escape("one\n::error::two", keepLines: true));

    [Fact]
    public void A_quoted_name_of_any_length_stays_readable() =>
        Assert.Equal($"'{new string('x', 120)}…'", TerminalText.Quoted(new string('x', 70_000)));

    [Property]
    public void No_control_character_is_left_of_any_text(NonNull<string> text) =>
        Assert.DoesNotContain(TerminalText.Escape(text.Get), char.IsControl);
}
