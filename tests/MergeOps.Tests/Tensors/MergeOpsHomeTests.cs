using MergeOps.Tensors;
using MergeOps.Tests.Cli;
using Xunit;

namespace MergeOps.Tests.Tensors;

[RunsAlone("starts the program")]
public sealed class MergeOpsHomeTests
{
    [Fact]
    public void A_home_that_is_not_there_is_still_no_folder_of_the_current_one()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "HOME names the user's folder on Unix alone");
        var missing = Path.Combine(Path.GetTempPath(), Path.GetRandomFileName());
        try
        {
            using var process = ChildProcess.Start(["doctor"], TestEnvironment.OfThisProcess.With(("HOME", missing), (MergeOpsHome.Variable, "")));
            var run = ChildProcess.Finish(process);

            Assert.Equal((0, ""), (run.ExitCode, run.Error));
            Assert.Contains(Path.Combine(missing, ".cache", "mergeops"), run.Output, StringComparison.Ordinal);
        }
        finally
        {
            Directory.Delete(missing, recursive: true);
        }
    }
}
