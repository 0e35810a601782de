using Distributions;
using Xunit;

namespace MergeOps.Packages.Tests;

/// <summary>Our versions in Python's words; how those are ordered is in PEP 440.</summary>
public sealed class PythonVersionTests
{
    [Theory]
    [InlineData("0.1.0", "0.1.0")]
    [InlineData("1.20.3", "1.20.3")]
    [InlineData("1.0.0-alpha.1", "1.0.0a1")]
    [InlineData("1.0.0-beta.2", "1.0.0b2")]
    [InlineData("1.0.0-rc.1", "1.0.0rc1")]
    public void A_tag_has_the_same_version_there(string tag, string python) => Assert.Equal(python, PythonVersion.Of(tag));

    [Theory]
    [InlineData("0.1.0-alpha.0.621", "0.1.0a0.post621")]
    [InlineData("1.0.0-rc.1.3", "1.0.0rc1.post3")]
    public void What_was_built_after_a_tag_is_a_post_release_of_it(string built, string python) => Assert.Equal(python, PythonVersion.Of(built));

    [Theory]
    [InlineData("1.0.0-preview.1")]
    [InlineData("1.0")]
    [InlineData("1.0.0+build")]
    [InlineData("1.0.0-rc.1\n")]
    public void A_version_that_has_none_there_is_refused(string version) =>
        Assert.Contains($"'{version}'", Assert.Throws<FormatException>(() => PythonVersion.Of(version)).Message, StringComparison.Ordinal);
}
