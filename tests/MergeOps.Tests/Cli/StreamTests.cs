using Xunit;

namespace MergeOps.Tests.Cli;

public sealed class StreamTests
{
    [Fact]
    public void A_full_disk_behind_stdout_is_a_failure_of_the_world()
    {
        Assert.SkipUnless(File.Exists("/dev/full"), "needs /dev/full");

        var run = ChildProcess.Shell("exec \"$@\" > /dev/full", "methods");

        Assert.Equal(3, run.ExitCode);
        Assert.StartsWith("mergeops: error MOPS802: The output cannot be written.", run.Error, StringComparison.Ordinal);
        Assert.Single(run.Error.TrimEnd().Split('\n'));
    }

    [Fact]
    public void Messages_that_nobody_can_receive_change_no_exit_code()
    {
        Assert.SkipUnless(File.Exists("/dev/full"), "needs /dev/full");

        Assert.Equal(2, ChildProcess.Shell("exec \"$@\" 2> /dev/full", "metods").ExitCode);
    }

    [Fact]
    public void A_reader_that_goes_away_is_no_failure()
    {
        var run = ChildProcess.Shell("\"$@\" | head -n 1", "--help");

        Assert.Equal((0, ""), (run.ExitCode, run.Error));
        Assert.Single(run.Output.TrimEnd().Split('\n'));
    }

    [Fact]
    public void Nothing_is_coloured_where_nobody_looks() =>
        Assert.DoesNotContain('\e', ChildProcess.Shell("\"$@\" 2>&1", "doctor").Output);
}
