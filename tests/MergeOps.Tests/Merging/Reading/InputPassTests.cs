using System.Collections.Concurrent;
using System.Runtime.InteropServices;
using MergeOps.Diagnostics;
using MergeOps.Merging.Reading;
using MergeOps.Merging.Reading.Files;
using MergeOps.Merging.Reading.Memory;
using MergeOps.Methods.Contract;
using MergeOps.Planning;
using MergeOps.Runtime;
using MergeOps.Tensors;
using Xunit;

namespace MergeOps.Tests.Merging.Reading;

/// <summary>Looking at the inputs of a plan without a merge.</summary>
public sealed class InputPassTests : IDisposable
{
    private readonly SmallModels models = new();

    public void Dispose() => models.Dispose();

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Every_number_of_every_input_is_seen_once_and_nothing_is_written(bool isReadAhead)
    {
        (string, DType, long[])[] shapes = [("big", DType.F32, [300, 70]), ("small", DType.F32, [5]), ("empty", DType.F32, [0, 4])];
        models.Model("a", 1, shapes).Model("b", 2, shapes);
        var plan = models.Plan(MethodCatalogue.Default.Find("linear")!, each: new() { ["weight"] = 1 });
        var before = Directory.GetFileSystemEntries(models.Folder[""], "*", SearchOption.AllDirectories);

        var sums = Sums(plan, isReadAhead);

        foreach (var job in plan.Jobs)
        {
            Assert.Equal(job.Inputs.Sum(Sum), sums[job.Name], 1e-9);
        }

        Assert.Equal(before, Directory.GetFileSystemEntries(models.Folder[""], "*", SearchOption.AllDirectories));

        double Sum(JobInput input)
        {
            using var reader = new TensorReader(plan.Models[input.Model].Checkpoint);
            var bytes = new byte[input.Source.Reads.Single().Tensor.ByteLength];
            reader.Read(input.Source.Reads.Single().Tensor, 0, bytes);
            return MemoryMarshal.Cast<byte, float>(bytes).ToArray().Sum(number => (double)number);
        }
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void The_first_failure_stops_all_threads(bool isReadAhead)
    {
        models.Model("a", 1, ("v", DType.F32, [9]), ("w", DType.F32, [9])).Model("b", 2, ("v", DType.F32, [9]), ("w", DType.F32, [9]));
        var plan = models.Plan(MethodCatalogue.Default.Find("linear")!, each: new() { ["weight"] = 1 });
        File.Delete(models.Folder["b/model.safetensors"]);

        var failure = Assert.Throws<MergeOpsException>(() => Sums(plan, isReadAhead));

        Assert.Equal(Codes.InputChanged, failure.Diagnostic.Code);
    }

    [Fact]
    public void Reading_ahead_waits_for_jobs_to_begin_and_ends_when_nobody_begins_one()
    {
        Assert.SkipUnless(ReadAhead.IsKnown, "this system takes no hints");
        (string, DType, long[])[] shapes = [.. Enumerable.Range(0, 6).Select(i => ($"t{i}", DType.F32, (long[])[256, 256]))];
        models.Model("a", 1, shapes);
        var plan = models.Plan(MethodCatalogue.Default.Find("linear")!, each: new() { ["weight"] = 1 });
        using var files = new InputFiles(plan);
        var asked = new ConcurrentQueue<string>();

        using (var ahead = new ReadAhead(files, plan.Jobs, job => { asked.Enqueue(job.Name); return true; }, threads: 1, window: 600 << 10))
        {
            // one under way, and the three of 256 KiB that begin within 600 KiB after it; the next one waits
            SpinWait.SpinUntil(() => asked.Count == 5);
            ahead.Begin(2);
            SpinWait.SpinUntil(() => asked.Count == 6);
        }

        Assert.Equal(plan.Jobs.Select(job => job.Name), asked);
    }

    [Theory]
    [InlineData(2, 3)]
    [InlineData(100, 6)]
    public void Who_waits_asks_for_one_piece_after_another_until_something_else_is_to_be_done(int idle, int asked)
    {
        models.Model("a", 1, [.. Enumerable.Range(0, 6).Select(i => ($"t{i}", DType.F32, (long[])[256, 256]))]);
        var plan = models.Plan(MethodCatalogue.Default.Find("linear")!, each: new() { ["weight"] = 1 });
        using var files = new InputFiles(plan);
        var questions = 0;

        ReadAhead.AskWhile(() => questions++ < idle, files, plan.Jobs, threads: 1);

        Assert.Equal(asked, questions);
    }

    private static ConcurrentDictionary<string, double> Sums(MergePlan plan, bool isReadAhead)
    {
        TorchRuntime.EnsureLoaded();
        using var files = new InputFiles(plan);
        using var memory = new MemoryGate(1 << 20, workers: 2);
        var context = new ReadingContext(files, memory, TileElements: 1000, MergeDevice.Choose("cpu"));
        var sums = new ConcurrentDictionary<string, double>(StringComparer.Ordinal);
        new InputPass(context, plan.Jobs, TestContext.Current.CancellationToken) { ReadsAll = isReadAhead ? _ => true : null }.Run(threads: 2, (reader, _) => job =>
        {
            var sum = 0.0;
            reader.Read(job, TileLayout.Elements, tiles => tiles.ReadOnce(
                tile => sum += tile.Models.Sum(model => model.data<float>().ToArray().Sum(number => (double)number))));
            Assert.True(sums.TryAdd(job.Name, sum));
        });
        return sums;
    }
}
