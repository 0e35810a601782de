using MergeOps.GitHub.Events;
using Xunit;

namespace MergeOps.Tests.GitHub.Events;

public sealed class MergeCommandTests
{
    [Fact]
    public void Commands_are_the_first_line_of_a_comment()
    {
        Assert.Equal(new MergeCommand(MergeCommandKind.Plan, null), MergeCommand.Find("/merge plan"));
        Assert.Equal(new MergeCommand(MergeCommandKind.Preview, "eb492dff"), MergeCommand.Find("/merge   preview eb492dff\r\nlooks good"));
        Assert.Equal(new MergeCommand(MergeCommandKind.Apply, "eb492dff0011"), MergeCommand.Find("/merge apply eb492dff0011"));
        Assert.Equal(new MergeCommand(MergeCommandKind.Rollback, null), MergeCommand.Find("/merge rollback "));
    }

    [Theory]
    [InlineData("/merge")]
    [InlineData("/merge apply")]
    [InlineData("/merge apply eb492df")]
    [InlineData("/merge apply EB492DFF")]
    [InlineData("/merge apply eb492dff; rm -rf /")]
    [InlineData("/merge apply eb492dff extra")]
    [InlineData("/merge aply eb492dff")]
    public void What_is_written_otherwise_is_meant_but_is_no_command(string body)
    {
        Assert.True(MergeCommand.IsMeant(body));
        Assert.Null(MergeCommand.Find(body));
    }

    [Theory]
    [InlineData("please /merge plan")]
    [InlineData("/merged")]
    [InlineData("Thanks!\n/merge apply eb492dff")]
    [InlineData("")]
    public void Talk_is_not_meant(string body) => Assert.False(MergeCommand.IsMeant(body));
}
