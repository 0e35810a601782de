using MergeOps.GitHub.Reports;
using Xunit;

namespace MergeOps.Tests.GitHub.Reports;

public sealed class StepSummaryTests
{
    [Fact]
    public void A_summary_never_passes_the_size_beyond_which_GitHub_drops_all_of_it()
    {
        using var folder = new TemporaryFolder();
        var line = new string('x', 999) + "\n";

        StepSummary.Append(folder["summary"], "first\n");
        StepSummary.Append(folder["summary"], string.Concat(Enumerable.Repeat(line, 1_100)));
        StepSummary.Append(folder["summary"], "after\n");

        var text = File.ReadAllText(folder["summary"]);
        Assert.InRange(new FileInfo(folder["summary"]).Length, 1_040_000, 1_048_576);
        Assert.StartsWith("first\nxxx", text, StringComparison.Ordinal);
        Assert.Contains("\n\nShortened: a summary can have at most 1 MiB.\n", text, StringComparison.Ordinal);
    }
}
