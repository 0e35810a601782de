using Xunit;

namespace MergeOps.Tests.Cli;

public sealed class DoctorTests
{
    [Fact]
    public void It_names_the_libtorch_that_merges_use()
    {
        var run = CommandLineRun.Of("doctor");

        Assert.Equal((0, ""), (run.ExitCode, run.Error));
        Assert.Matches(@"libtorch +2\.\d+.* from .+", run.Output);
        Assert.Matches("numeric class +cpu", run.Output);
    }
}
