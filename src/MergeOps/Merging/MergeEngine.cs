using System.Collections.Immutable;
using System.Diagnostics;
using System.Text;
using MergeOps.Diagnostics;
using MergeOps.Merging.Output;
using MergeOps.Planning;
using MergeOps.Tensors;

namespace MergeOps.Merging;

/// <summary>
/// Turns a plan into a model on disk: whole or not at all under its final name, the same bytes whatever the threads, the
/// tiles, the shards and the interruptions.
/// </summary>
internal static class MergeEngine
{
    /// <summary>Merges, or goes on with an interrupted merge of the same plan, or finds that it is done already.</summary>
    /// <exception cref="MergeOpsException">An input, the disk or the device does not allow it.</exception>
    /// <exception cref="OperationCanceledException">Cancelled; nothing stands under the final name, and a second run goes on.</exception>
    public static MergedCheckpoint Run(
        MergePlan plan, MergeOptions options, IProgress<MergeProgress>? progress, CancellationToken cancellation) =>
        WriteFailure.Guard(options.Output, () =>
        {
            var folder = new OutputFolder(options.Output, plan.Digest);
            var notes = Leftovers.Report(folder, options.Clean);
            var merged = Finished(folder, plan, options.Replace) ?? Merge(folder, plan, options, progress, cancellation);
            return merged with { Notes = [.. notes, .. merged.Notes] };
        });

    /// <summary>Whether an earlier run has done it; then <see cref="Run"/> reads no input.</summary>
    /// <exception cref="MergeOpsException">Something else stands in the output's place.</exception>
    public static bool IsDone(MergePlan plan, MergeOptions options) =>
        Finished(new OutputFolder(options.Output, plan.Digest), plan, options.Replace) is not null;

    private static MergedCheckpoint? Finished(OutputFolder folder, MergePlan plan, bool replace) =>
        FinishedOutput.Find(folder, plan, replace) is { } manifest
            ? new(folder.Target, plan.Digest, manifest.ModelDigest, manifest.NumericClass, WasThere: true, ResumedTensors: 0, default, [])
            : null;

    private static MergedCheckpoint Merge(
        OutputFolder folder, MergePlan plan, MergeOptions options, IProgress<MergeProgress>? progress, CancellationToken cancellation)
    {
        var begun = Stopwatch.GetTimestamp();
        var memory = new MemoryGate(options.MaxMemory, options.Threads);
        var tileElements = memory.TileElements(plan, options.TileElements);
        var methods = new JobMethods(options.Methods);
        foreach (var job in plan.Jobs)
        {
            memory.Require(job, methods.LayoutOf(job), tileElements);
        }

        var shards = ShardLayout.Of(
            plan.Jobs.Select(job => new OutputTensor(job.Name, job.DType, job.Shape)), options.ShardSize ?? plan.ShardSize, ShardLayout.StemFor(plan.Models[plan.Donor].Checkpoint));
        using var files = new InputFiles(plan);
        DiskSpace.Require(folder, shards, plan);
        MergingCode.Rehearse(plan);
        TorchRuntime.EnsureLoaded();
        var device = MergeDevice.Choose(options.Device);

        using var partial = PartialOutput.Open(folder.Partial);
        if (Finished(folder, plan, options.Replace) is { } finishedMeanwhile)
        {
            partial.Remove();
            return finishedMeanwhile;
        }

        var merging = Stopwatch.GetTimestamp();
        var context = new MergeContext(plan, methods, device, memory, tileElements, files, shards, new ProgressMeter(progress, plan.Jobs));
        var written = WriteModel(context, partial, folder.Target, options, cancellation);
        partial.Publish(folder.Target);
        return new(
            folder.Target, plan.Digest, written.Digest, device.NumericClass, WasThere: false, written.Resumed, Timings(begun, merging, written.Flushing), written.Findings);
    }

    private static WrittenModel WriteModel(
        MergeContext context, PartialOutput partial, string target, MergeOptions options, CancellationToken cancellation)
    {
        var key = JournalKey.Of(context.Plan, context.Device.NumericClass, context.Layout, context.Files.Identities);
        using var journal = Journal.Open(partial.Journal, key);
        partial.KeepOnly(journal.Written.Count > 0 ? context.Layout.Shards.Select(shard => shard.Name) : []);
        using var shards = ShardWriter.Open(partial.Model, context.Layout);
        var findings = ExpectationCheck.Run(context.Plan, context.Files, cancellation);
        var written = new TensorPass(context, shards, journal, cancellation).Run(options.Threads);
        context.Files.RequireUnchanged();
        var flushing = Stopwatch.GetTimestamp();
        var flush = Task.Run(shards.Flush, CancellationToken.None);
        try
        {
            var digest = Describe(context, partial, options, written);
            return new(digest, written.Resumed, [.. findings, .. context.Files.NonFinite.Findings, .. EqualInput.Report(partial.Model, context.Plan, target, cancellation)], flushing);
        }
        finally
        {
            flush.GetAwaiter().GetResult();
        }
    }

    private static string Describe(MergeContext context, PartialOutput partial, MergeOptions options, WrittenTensors written)
    {
        var plan = context.Plan;
        var modelDigest = ModelDigest.Of(plan.Jobs.Select(job => new DigestedTensor(job.Name, job.DType, job.Shape, written.Digests[job.Name])));
        var besides = BesideWeights.Write(partial.Model, plan, options.ExtraFiles);
        var manifest = MergeManifest.Of(plan, context.Device.NumericClass, modelDigest, written.Digests, besides) with
        {
            UnlockedInputs = UnlockedInputs.DigestOf(plan, context.Files.IdentityOf),
        };
        DurableFile.WriteAllBytesAtomically(Path.Combine(partial.Model, MergeManifest.FileName), Encoding.UTF8.GetBytes(manifest.ToJson()));
        return modelDigest;
    }

    private static MergeTimings Timings(long begun, long merging, long flushing) => new(
        Stopwatch.GetElapsedTime(begun, merging), Stopwatch.GetElapsedTime(merging, flushing), Stopwatch.GetElapsedTime(flushing));

    /// <summary>A model on disk, still without its final name.</summary>
    private sealed record WrittenModel(string Digest, int Resumed, ImmutableArray<Diagnostic> Findings, long Flushing);
}
