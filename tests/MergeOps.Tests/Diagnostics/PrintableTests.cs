using MergeOps.Diagnostics;
using Xunit;

namespace MergeOps.Tests.Diagnostics;

public sealed class PrintableTests
{
    [Theory]
    [InlineData("model.layers.0.weight", "model.layers.0.weight")]
    [InlineData("café 🦙", "café 🦙")]
    [InlineData("\u001b[31mred", "\\u{1B}[31mred")]
    [InlineData("a\u202Eb", "a\\u{202E}b")]
    [InlineData("a\n::error::b", "a\\u{A}::error::b")]
    [InlineData("zero\u200Bwidth", "zero\\u{200B}width")]
    [InlineData("\u0085\u2028", "\\u{85}\\u{2028}")]
    public void What_cannot_be_seen_is_spelt_out(string text, string printed) => Assert.Equal(printed, Printable.Line(text));

    [Fact]
    public void A_long_name_is_shortened() => Assert.Equal(123, Printable.Quoted(new string('x', 70_000)).Length);
}
