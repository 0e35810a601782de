using MergeOps.Diagnostics;
using Xunit;

namespace MergeOps.Tests.Diagnostics;

public sealed class MarkdownTextTests
{
    [Theory]
    [InlineData("plain", "`plain`")]
    [InlineData("a`b", "`` a`b ``")]
    [InlineData("a|b", "`a\\|b`")]
    [InlineData("<img src=x>@team", "`<img src=x>@team`")]
    [InlineData("two\nlines", "`two\\u000alines`")]
    public void Text_from_outside_stays_text(string text, string markdown) => Assert.Equal(markdown, MarkdownText.Code(text));
}
