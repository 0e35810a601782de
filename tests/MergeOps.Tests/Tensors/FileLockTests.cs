using MergeOps.Diagnostics;
using MergeOps.Tensors;
using Xunit;

namespace MergeOps.Tests.Tensors;

public sealed class FileLockTests
{
    [Fact]
    public void A_lock_is_held_by_one_at_a_time_and_its_file_stays()
    {
        using var folder = new TemporaryFolder();
        using (FileLock.TryTake(folder["lock"])!)
        {
            Assert.Null(FileLock.TryTake(folder["lock"]));
        }

        using var again = FileLock.TryTake(folder["lock"]);
        Assert.NotNull(again);
        Assert.True(File.Exists(folder["lock"]));
    }

    [Fact]
    public async Task Who_waits_says_so_once_and_goes_on_when_the_lock_is_free()
    {
        using var folder = new TemporaryFolder();
        var first = FileLock.TryTake(folder["lock"])!;
        var waiting = new TaskCompletionSource();
        var second = FileLock.TakeAsync(folder["lock"], waiting.SetResult, TestContext.Current.CancellationToken);
        await waiting.Task;
        Assert.False(second.IsCompleted);

        first.Dispose();

        using var taken = await second;
    }

    [Fact]
    public async Task A_holder_that_gets_on_is_waited_for_and_one_that_has_stopped_is_not()
    {
        using var folder = new TemporaryFolder();
        using var holder = FileLock.TryTake(folder["lock"]);
        var asked = 0;

        // works at the first three looks, then no more
        var taken = await FileLock.TakeAsync(
            folder["lock"], () => Math.Min(asked++, 3), TimeSpan.FromMilliseconds(300), TestContext.Current.CancellationToken);

        Assert.Null(taken);
        Assert.InRange(asked, 6, 8);
    }

    [Fact]
    public void A_lock_whose_file_cannot_be_made_is_a_failure_and_not_taken_for_held()
    {
        using var folder = new TemporaryFolder();

        Assert.Throws<MergeOpsException>(() => { FileLock.TryTake(Path.Combine(folder["absent"], "lock")); });
    }
}
