using MergeOps.Pipeline;
using MergeOps.Tests.Evaluation;
using Xunit;

namespace MergeOps.Tests.Pipeline;

public sealed class RunFolderTests
{
    [Fact]
    public void What_passed_for_the_bytes_of_one_machine_has_not_passed_for_those_of_another()
    {
        var recipe = SmallEvaluation.Recipe() with { Evaluate = null };

        Assert.Equal(RunFolder.InputsOf(recipe, new string('a', 64), null, null), RunFolder.InputsOf(recipe, new string('a', 64), null, null));
        Assert.NotEqual(RunFolder.InputsOf(recipe, new string('a', 64), null, null), RunFolder.InputsOf(recipe, new string('b', 64), null, null));
    }

    [Fact]
    public async Task Whoever_works_on_the_same_plan_waits_and_says_so()
    {
        using var home = new TemporaryFolder();
        var before = Environment.GetEnvironmentVariable("MERGEOPS_HOME");
        Environment.SetEnvironmentVariable("MERGEOPS_HOME", home["home"]);
        try
        {
            var told = new TaskCompletionSource<string>();
            var first = await new RunFolder("plan").TurnAsync(told.SetResult, TestContext.Current.CancellationToken);
            var second = new RunFolder("plan").TurnAsync(told.SetResult, TestContext.Current.CancellationToken);

            Assert.Contains("another process", await told.Task, StringComparison.Ordinal);
            Assert.False(second.IsCompleted);
            first.Dispose();
            (await second).Dispose();
        }
        finally
        {
            Environment.SetEnvironmentVariable("MERGEOPS_HOME", before);
        }
    }
}
