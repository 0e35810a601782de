using MergeOps.Merging;
using MergeOps.Merging.Parts;
using MergeOps.Planning;
using MergeOps.Tensors;
using Xunit;

namespace MergeOps.Tests.Merging;

/// <summary>Parts that are interrupted go on; parts that are lost are made again.</summary>
public sealed class PartResumeTests : IDisposable
{
    private readonly SmallModels models = new();
    private readonly MergePlan plan;

    public PartResumeTests()
    {
        var tensors = Enumerable.Range(0, 8).Select(i => ($"layers.{i}.weight", DType.BF16, new long[] { 40, 100 })).ToArray();
        models.Model("a", 1, tensors).Model("b", 2, tensors);
        plan = models.Plan(new InterruptedAverage(0, () => { })) with { ShardSize = 8000 };
    }

    public void Dispose() => models.Dispose();

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(4)]
    public void A_part_that_was_interrupted_goes_on_with_what_it_had_written(int beforeTensor)
    {
        using var stop = new CancellationTokenSource();
        var interrupted = SmallModels.By(new InterruptedAverage(beforeTensor, stop.Cancel), plan);
        Assert.Throws<OperationCanceledException>(() => Make(interrupted, 2, stop.Token));
        Assert.False(Path.Exists(models.Folder["2"]));

        var part = Make(plan, 2, TestContext.Current.CancellationToken);

        Assert.Equal(beforeTensor - 1, part.ResumedTensors);
        Assert.Equal(Digest(), Join());
    }

    [Fact]
    public void A_part_that_was_lost_is_made_again()
    {
        Make(plan, 2, TestContext.Current.CancellationToken);
        Directory.Delete(models.Folder["2"], recursive: true);

        Make(plan, 2, TestContext.Current.CancellationToken);

        Assert.Equal(Digest(), Join());
    }

    [Fact]
    public void A_join_that_was_interrupted_begins_anew_and_the_parts_are_whole()
    {
        Make(plan, 1, TestContext.Current.CancellationToken);
        Make(plan, 2, TestContext.Current.CancellationToken);
        using var stopped = new CancellationTokenSource();
        stopped.Cancel();

        Assert.ThrowsAny<OperationCanceledException>(() => Join(stopped.Token));

        Assert.False(Path.Exists(models.Output));
        Assert.Equal(Digest(), Join());
        Assert.Empty(Directory.GetDirectories(models.Folder.Path, ".*"));
    }

    private string Digest() => models.Merge(plan, options => options with { Output = models.Folder["whole"] }).ModelDigest;

    private MadePart Make(MergePlan of, int number, CancellationToken cancellation) => PartEngine.Run(
        of, PlanShare.Of(of, of.LayoutFor(), 2)[number - 1], new MergeOptions { Output = models.Folder[$"{number}"], Threads = 1 }, null, cancellation);

    private string Join(CancellationToken? cancellation = null)
    {
        if (!Directory.Exists(models.Folder["1"]))
        {
            Make(plan, 1, TestContext.Current.CancellationToken);
        }

        var parts = PartSet.Read(plan, [models.Folder["1"], models.Folder["2"]], [])!;
        return JoinEngine.Run(plan, parts, new MergeOptions { Output = models.Output }, 2, null, cancellation ?? TestContext.Current.CancellationToken).ModelDigest;
    }
}
