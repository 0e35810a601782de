using MergeOps.GitHub.Comments;
using Xunit;

namespace MergeOps.Tests.GitHub.Comments;

public sealed class RollingIssueTests
{
    [Fact]
    public void Each_run_writes_its_own_section_and_leaves_the_other_alone()
    {
        var drift = RollingIssue.Empty.With(IssueSection.Drift, "| a | b |\n|---|---|\n", isCalm: true).Write();
        var both = RollingIssue.Read(drift).With(IssueSection.Rebuild, "unchanged", isCalm: true).Write();
        var later = RollingIssue.Read(both).With(IssueSection.Drift, "Nothing moved.", isCalm: true).Write();

        Assert.StartsWith(RollingIssue.Marker, later, StringComparison.Ordinal);
        Assert.Equal(new RollingIssue("Nothing moved.", "unchanged"), RollingIssue.Read(later));
        Assert.Equal(new RollingIssue("| a | b |\n|---|---|", "unchanged"), RollingIssue.Read(both));
    }

    [Theory]
    [InlineData(true, true, false)]
    [InlineData(true, false, true)]
    [InlineData(false, true, true)]
    public void It_asks_for_something_as_long_as_one_of_its_sections_does(bool isDriftCalm, bool isRebuildCalm, bool isToDo)
    {
        var written = RollingIssue.Empty.With(IssueSection.Rebuild, "rebuilt", isRebuildCalm).With(IssueSection.Drift, "drifted", isDriftCalm).Write();

        Assert.Equal(isToDo, RollingIssue.Read(written).IsToDo);
    }
}
