using MergeOps.GitHub.Reports;
using Xunit;

namespace MergeOps.Tests.GitHub.Reports;

public sealed class RollingIssueTests
{
    [Fact]
    public void Each_run_writes_its_own_section_and_leaves_the_other_alone()
    {
        var drift = RollingIssue.Empty.With(IssueSection.Drift, "| a | b |\n|---|---|\n").Write();
        var both = RollingIssue.Read(drift).With(IssueSection.Rebuild, "unchanged").Write();
        var later = RollingIssue.Read(both).With(IssueSection.Drift, "Nothing moved.").Write();

        Assert.StartsWith(RollingIssue.Marker, later, StringComparison.Ordinal);
        Assert.Equal(new RollingIssue("Nothing moved.", "unchanged"), RollingIssue.Read(later));
        Assert.Equal(new RollingIssue("| a | b |\n|---|---|", "unchanged"), RollingIssue.Read(both));
    }
}
