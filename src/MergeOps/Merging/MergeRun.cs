using System.Collections.Immutable;
using System.Diagnostics;
using MergeOps.Diagnostics;
using MergeOps.Merging.Reading;
using MergeOps.Merging.Reading.Files;
using MergeOps.Merging.Reading.Memory;
using MergeOps.Merging.Writing;
using MergeOps.Planning;
using MergeOps.Runtime;
using MergeOps.Tensors;

namespace MergeOps.Merging;

/// <summary>The tensors of a plan in their files, in a folder that has no final name yet.</summary>
/// <param name="Context">What made them.</param>
/// <param name="Folder">Where they lie; whoever gets this writes what belongs beside them.</param>
/// <param name="Written">Their digests.</param>
/// <param name="Evidence">By what the inputs were known.</param>
/// <param name="Findings">What was found in the inputs.</param>
internal sealed record MadeTensors(MergeContext Context, string Folder, WrittenTensors Written, MergeEvidence Evidence, ImmutableArray<Diagnostic> Findings);

/// <summary>
/// Makes the tensors of a plan in the hidden folder beside an output, or goes on with what an interrupted run left there, and
/// lets the folder take the output's name when all of it is on the disk.
/// </summary>
/// <param name="folder">The output.</param>
/// <param name="plan">The plan.</param>
/// <param name="layout">The files that are made.</param>
/// <param name="options">How to merge.</param>
/// <param name="progress">Hears how far it is.</param>
/// <param name="cancellation">Stops.</param>
internal sealed class MergeRun(
    OutputFolder folder, MergePlan plan, ShardLayout layout, MergeOptions options, IProgress<MergeProgress>? progress, CancellationToken cancellation)
{
    private const string ScratchFolder = "scratch";

    private readonly long begun = Stopwatch.GetTimestamp();
    private long merging;
    private long flushing;

    /// <summary>What took how long; zero where nothing was made.</summary>
    public MergeTimings Timings { get; private set; }

    /// <summary>Makes them.</summary>
    /// <param name="finishedMeanwhile">Asked when no other process can write the output any more: what such a one has finished, or null.</param>
    /// <param name="describe">Writes what belongs beside the tensors, while the disk takes them.</param>
    /// <returns>What either of the two gave.</returns>
    /// <exception cref="MergeOpsException">An input, the disk or the device does not allow it.</exception>
    public T Make<T>(Func<T?> finishedMeanwhile, Func<MadeTensors, T> describe)
        where T : class
    {
        using var memory = new MemoryGate(options.MaxMemory, options.Threads, plan.Jobs.Sum(ProgressMeter.BytesOf));
        var tileElements = memory.TileElements(plan, options.TileElements);
        foreach (var job in plan.Jobs.Concat(plan.Lora?.Measured ?? []))
        {
            memory.Require(job, job.Layout, tileElements);
        }

        using var files = new InputFiles(plan, options.Verified, options.Elsewhere) { Scratch = Path.Combine(folder.Partial, ScratchFolder) };
        DiskSpace.Require(folder, layout, plan, options.Threads);
        MergingCode.Rehearse(plan);
        StartReading(files);
        TorchRuntime.EnsureLoaded();

        var device = MergeDevice.Choose(options.Device);

        using var partial = PartialOutput.Open(folder.Partial);
        if (finishedMeanwhile() is { } finished)
        {
            partial.Remove();
            return finished;
        }

        merging = Stopwatch.GetTimestamp();
        var before = Environment.CpuUsage.TotalTime;
        var meter = new ProgressMeter(progress, plan.Jobs);
        var context = new MergeContext(plan, new ReadingContext(files, memory, tileElements, device), meter);
        var made = Write(context, partial, describe);
        if (options.OwnsOutput && File.Exists(folder.Target))
        {
            File.Delete(folder.Target);
        }

        partial.Publish(folder.Target);
        var processors = Environment.CpuUsage.TotalTime;
        Timings = new(Stopwatch.GetElapsedTime(begun, merging), Stopwatch.GetElapsedTime(merging, flushing), Stopwatch.GetElapsedTime(flushing))
        {
            Processors = processors - before,
            SecondHalf = meter.Halfway is { } half ? (Stopwatch.GetElapsedTime(half.Time, flushing), processors - half.Processors) : null,
        };
        return made;
    }

    // while libtorch is loaded the disk would be idle; whoever goes on with a merge, or copies from one, may read something else
    private void StartReading(InputFiles files)
    {
        if (ReadAhead.IsKnown && !files.AreElsewhere && options.Earlier.IsEmpty && !Directory.Exists(folder.Partial))
        {
            ReadAhead.AskWhile(() => TorchRuntime.IsLoading, files, InputPass.Ordered(plan.Jobs.Where(job => job.Factor is not { IsFirst: true })), options.Threads);
        }
    }

    private T Write<T>(MergeContext context, PartialOutput partial, Func<MadeTensors, T> describe)
    {
        var files = context.Reading.Files;
        using var journal = Journal.Open(partial.Journal, JournalKey.Of(plan, context.NumericClass, layout, files.Identities));
        partial.KeepOnly(journal.Written.Count > 0 ? layout.Shards.Select(shard => shard.Name) : []);
        using var shards = ShardWriter.Open(partial.Model, layout);
        var findings = ExpectationCheck.Run(plan, files, cancellation);
        ModelScans.Run(plan.Made.Concat(plan.Lora?.Measured ?? []), context.Reading, options.Threads, cancellation);
        var written = new TensorPass(context, shards, journal, options.Earlier, cancellation).Run(options.Threads);
        files.RequireUnchanged();
        flushing = Stopwatch.GetTimestamp();
        var flush = Task.Run(shards.Flush, CancellationToken.None);
        try
        {
            return describe(new(context, partial.Model, written, files.Evidence, [.. findings, .. files.NonFinite.Findings]));
        }
        finally
        {
            flush.GetAwaiter().GetResult();
        }
    }
}
