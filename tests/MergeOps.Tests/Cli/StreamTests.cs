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

    [Theory]
    [InlineData("2>&-", "methods", 0)]
    [InlineData("2>&-", "validate nothing.yml", 1)]
    [InlineData("2>&-", "metods", 2)]
    [InlineData("<&-", "methods", 0)]
    [InlineData("<&- 2>&-", "methods", 0)]
    [InlineData("<&- >&- 2>&-", "metods", 2)]
    public void A_stream_that_is_closed_changes_no_exit_code(string closed, string words, int exitCode)
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "the runtime says what it inherited on Linux alone");

        var run = ChildProcess.Shell($"exec \"$@\" {closed}", words.Split(' '));

        Assert.Equal(exitCode, run.ExitCode);
        Assert.Equal(words == "methods", run.Output.Contains("task_arithmetic", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData(">&-")]
    [InlineData("<&- >&-")]
    [InlineData(">&- 2>&-")]
    [InlineData("<&- >&- 2>&-")]
    public void Data_that_has_nowhere_to_go_is_a_failure_of_the_world(string closed)
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "the runtime says what it inherited on Linux alone");

        var run = ChildProcess.Shell($"exec \"$@\" {closed}", "methods");

        Assert.Equal(3, run.ExitCode);
        Assert.Equal(
            closed.Contains("2>&-", StringComparison.Ordinal) ? "" : "mergeops: error MOPS802: The output cannot be written. stdout is closed.\n",
            run.Error);
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

    [Theory]
    [InlineData]
    [InlineData("cache")]
    public void A_command_line_without_a_verb_shows_the_help(params string[] words)
    {
        var run = ChildProcess.Finish(ChildProcess.Start(words));

        Assert.Equal((2, ""), (run.ExitCode, run.Output));
        Assert.Contains($"Usage: {string.Join(' ', ["mergeops", .. words])} VERB", run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void Nothing_is_coloured_where_nobody_looks() =>
        Assert.DoesNotContain('\e', ChildProcess.Shell("\"$@\" 2>&1", "doctor").Output);
}
