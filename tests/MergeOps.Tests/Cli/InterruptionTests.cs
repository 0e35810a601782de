using System.Diagnostics;
using MergeOps.Tests.Planning;
using Xunit;

namespace MergeOps.Tests.Cli;

public sealed class InterruptionTests : IDisposable
{
    private readonly TemporaryModels models = new();

    public void Dispose() => models.Dispose();

    [Theory]
    [InlineData("-INT")]
    [InlineData("-TERM")]
    public async Task An_interrupted_merge_ends_at_once_and_leaves_nothing_under_the_final_name(string signal)
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "needs Unix signals");
        Assert.SkipWhen(signal == "-INT" && Interrupts.AreIgnored, "whoever started these tests has switched Ctrl-C off");
        var output = Path.Combine(models.Path, "merged");

        using var merge = ChildProcess.Start(["merge", LongRecipe(), "--out", output, "--threads", "1"]);
        await Until(() => Directory.EnumerateFileSystemEntries(models.Path, "*.partial*").Any() || merge.HasExited);
        await Task.Delay(TimeSpan.FromMilliseconds(200), TestContext.Current.CancellationToken);
        using var kill = Process.Start("kill", [signal, $"{merge.Id}"]);

        var run = ChildProcess.Finish(merge);

        Assert.Equal((130, "", "canceled\n"), (run.ExitCode, run.Output, run.Error));
        Assert.False(Directory.Exists(output));
    }

    private static async Task Until(Func<bool> condition)
    {
        while (!condition())
        {
            await Task.Delay(TimeSpan.FromMilliseconds(20), TestContext.Current.CancellationToken);
        }
    }

    // A method that looks at each of them several times.
    private string LongRecipe()
    {
        var tensors = new Dictionary<string, long[]> { ["weight"] = [64, 1 << 20] };
        models.Model("base", tensors).Model("one", tensors).Model("two", tensors);
        return models.Recipe("""
            merge_method: ties
            base_model: ./base
            models:
              - model: ./one
                parameters: { weight: 1, density: 0.5 }
              - model: ./two
                parameters: { weight: 1, density: 0.5 }
            """);
    }
}
