using MergeOps.Publishing;
using Xunit;

namespace MergeOps.Tests.Publishing;

public sealed class PublicationVersionTests
{
    /// <summary>The order that semver.org 2.0.0 gives as its example, and the numbers around it.</summary>
    private static readonly string[] Ascending =
    [
        "0.9.9", "1.0.0-alpha", "1.0.0-alpha.1", "1.0.0-alpha.beta", "1.0.0-beta", "1.0.0-beta.2", "1.0.0-beta.11",
        "1.0.0-rc.1", "1.0.0", "1.0.1", "1.9.0", "1.10.0", "2.0.0", "99999999999999999999.0.0",
    ];

    [Fact]
    public void Versions_have_the_precedence_of_semver_org()
    {
        var shuffled = Ascending.Reverse().Select(text => PublicationVersion.Parse(text)!).Order();

        Assert.Equal(Ascending, shuffled.Select(version => version.Text));
    }

    [Theory]
    [InlineData("1.2.3", "1.2.4")]
    [InlineData("1.2.9", "1.2.10")]
    [InlineData("1.2.3-rc.1", "1.2.3")]
    [InlineData("1.2.3+build", "1.2.4")]
    public void The_next_version_is_a_patch(string version, string next) =>
        Assert.Equal(next, PublicationVersion.Parse(version)!.Next.Text);

    [Theory]
    [InlineData("latest")]
    [InlineData("v1.0.0")]
    [InlineData("1.0")]
    [InlineData("01.0.0")]
    [InlineData("../1.0.0")]
    public void Another_folder_is_no_version(string name) => Assert.Null(PublicationVersion.Parse(name));
}
