using System.Diagnostics;
using MergeOps.Tests.Cli;
using Xunit;

namespace MergeOps.Tests.Trials;

/// <summary>Kills the program at any moment: nothing half stands under a final name, and the same command goes on to the same end.</summary>
public sealed class KillTrials : IDisposable
{
    private readonly TrialWorld world = new();
    private readonly Random random = new(20261129);

    public void Dispose() => world.Dispose();

    [Theory]
    [InlineData("merge")]
    [InlineData("replace")]
    [InlineData("run")]
    [InlineData("publish")]
    [InlineData("rollback")]
    public void A_verb_that_is_killed_leaves_nothing_half_and_goes_on(string verb)
    {
        var time = TimeOf(verb);
        for (var round = 0; round < TrialWorld.Rounds(2, 20); round++)
        {
            var arguments = world.Prepare(verb);
            using var process = ChildProcess.Start(arguments);
            process.WaitForExit((int)(random.NextDouble() * time));
            process.Kill(entireProcessTree: true);
            process.WaitForExit();

            world.AssertSound();
            var again = CommandLineRun.Of(arguments);

            // going back once more is another step back, which there is not
            Assert.True(again.ExitCode == 0 || (verb == "rollback" && again.ExitCode == 1), $"round {round}: {again.Error}");
            world.AssertDone(verb);
        }
    }

    private double TimeOf(string verb)
    {
        var arguments = world.Prepare(verb);
        var watch = Stopwatch.StartNew();
        Assert.Equal(0, ChildProcess.Finish(ChildProcess.Start(arguments)).ExitCode);
        world.AssertDone(verb);
        return watch.Elapsed.TotalMilliseconds;
    }
}
