using MergeOps.TestGitHub.Runner;
using Xunit;

namespace MergeOps.Tests.GitHub.Runner;

public sealed class EnvironmentFileTests
{
    [Fact]
    public void Values_stand_behind_an_equals_sign_or_between_two_lines()
    {
        var values = EnvironmentFile.Read("a=1\n\nb<<END\nx=1\n\ny<<END\nEND\nc=d<<e\nf<<=\n=g\n=\na=2");

        Assert.Equal(
            new Dictionary<string, string> { ["a"] = "2", ["b"] = "x=1\n\ny<<END", ["c"] = "d<<e", ["f"] = "=g" },
            values);
    }

    [Theory]
    [InlineData("a line")]
    [InlineData("=value")]
    [InlineData("a<<\nb\n")]
    [InlineData("a<<END\nb\n")]
    [InlineData("a<<END\nb")]
    public void What_the_runner_refuses_is_refused(string text) => Assert.Throws<FormatException>(() => EnvironmentFile.Read(text));
}
