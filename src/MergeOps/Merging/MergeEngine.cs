using System.Collections.Immutable;
using System.Diagnostics;
using System.Text;
using MergeOps.Diagnostics;
using MergeOps.Merging.Reading;
using MergeOps.Merging.Reading.Files;
using MergeOps.Merging.Reading.Memory;
using MergeOps.Merging.Writing;
using MergeOps.Planning;
using MergeOps.Runtime;
using MergeOps.Tensors;

namespace MergeOps.Merging;

/// <summary>
/// Turns a plan into a model on disk: whole or not at all under its final name, the same bytes whatever the threads, the
/// tiles, the shards and the interruptions.
/// </summary>
internal static class MergeEngine
{
    private const string ScratchFolder = "scratch";

    /// <summary>Merges, or goes on with an interrupted merge of the same plan, or finds that it is done already.</summary>
    /// <exception cref="MergeOpsException">An input, the disk or the device does not allow it.</exception>
    /// <param name="plan">The plan.</param>
    /// <param name="options">How to merge.</param>
    /// <param name="progress">Hears how far it is.</param>
    /// <param name="cancellation">Stops.</param>
    /// <param name="known">What <see cref="Look"/> found a moment ago; null to look now.</param>
    /// <exception cref="OperationCanceledException">Cancelled; nothing stands under the final name, and a second run goes on.</exception>
    public static MergedCheckpoint Run(
        MergePlan plan, MergeOptions options, IProgress<MergeProgress>? progress, CancellationToken cancellation, FoundOutput? known = null) =>
        WriteFailure.Guard(options.Output, () =>
        {
            var folder = Place(plan, options);
            var notes = Leftovers.Report(folder, options.Clean);
            var standing = known ?? Look(plan, options, cancellation);
            var merged = Swept(folder, Finished(folder, plan, standing)) ?? Merge(folder, plan, options, standing, progress, cancellation);
            return merged with { Notes = [.. notes, .. standing.Notes, .. merged.Notes] };
        });

    /// <summary>What stands in the output's place: if an earlier run has done it, <see cref="Run"/> reads no input.</summary>
    /// <exception cref="MergeOpsException">Something stands there that may not go.</exception>
    public static FoundOutput Look(MergePlan plan, MergeOptions options, CancellationToken cancellation) =>
        new StandingOutput(Place(plan, options), plan, options, cancellation).Find();

    private static OutputFolder Place(MergePlan plan, MergeOptions options)
    {
        var folder = new OutputFolder(options.Output, plan.Digest);
        folder.Recover();
        return folder;
    }

    // a run may have ended after it had put the model in place
    private static MergedCheckpoint? Swept(OutputFolder folder, MergedCheckpoint? finished)
    {
        if (finished is not null && Directory.Exists(folder.Partial))
        {
            PartialOutput.TryRemove(folder.Partial);
        }

        return finished;
    }

    private static MergedCheckpoint? Finished(OutputFolder folder, MergePlan plan, FoundOutput standing) => standing.Finished is { } manifest
        ? new(folder.Target, plan.Digest, manifest.ModelDigest, manifest.NumericClass, WasThere: true, ResumedTensors: 0, default, standing.Evidence, [])
        : null;

    private static MergedCheckpoint Merge(
        OutputFolder folder, MergePlan plan, MergeOptions options, FoundOutput standing, IProgress<MergeProgress>? progress, CancellationToken cancellation)
    {
        var begun = Stopwatch.GetTimestamp();
        using var memory = new MemoryGate(options.MaxMemory, options.Threads, plan.Jobs.Sum(ProgressMeter.BytesOf));
        var tileElements = memory.TileElements(plan, options.TileElements);
        foreach (var job in plan.Jobs.Concat(plan.Lora?.Measured ?? []))
        {
            memory.Require(job, job.Layout, tileElements);
        }

        var shards = options.LayoutOf(plan);
        using var files = new InputFiles(plan, options.Verified) { Scratch = Path.Combine(folder.Partial, ScratchFolder) };
        DiskSpace.Require(folder, shards, plan, options.Threads);
        MergingCode.Rehearse(plan);
        TorchRuntime.EnsureLoaded();
        var device = MergeDevice.Choose(options.Device);

        using var partial = PartialOutput.Open(folder.Partial);
        if (StandingOutput.ManifestIn(folder) != standing.Manifest
            && Finished(folder, plan, Look(plan, options, cancellation)) is { } finishedMeanwhile)
        {
            partial.Remove();
            return finishedMeanwhile;
        }

        var merging = Stopwatch.GetTimestamp();
        var context = new MergeContext(plan, new ReadingContext(files, memory, tileElements, device), new ProgressMeter(progress, plan.Jobs));
        var written = WriteModel(context, shards, partial, folder.Target, options, cancellation);
        if (options.OwnsOutput && File.Exists(folder.Target))
        {
            File.Delete(folder.Target);
        }

        partial.Publish(folder.Target);
        OutputContent.Remember(folder.Target, written.Manifest, shards, options.Digests);
        return new(
            folder.Target,
            plan.Digest,
            written.Manifest.ModelDigest,
            device.NumericClass,
            WasThere: false,
            written.Resumed,
            Timings(begun, merging, written.Flushing),
            files.Evidence,
            written.Findings);
    }

    private static WrittenModel WriteModel(
        MergeContext context, ShardLayout layout, PartialOutput partial, string target, MergeOptions options, CancellationToken cancellation)
    {
        var key = JournalKey.Of(context.Plan, context.Reading.Device.NumericClass, layout, context.Reading.Files.Identities);
        using var journal = Journal.Open(partial.Journal, key);
        partial.KeepOnly(journal.Written.Count > 0 ? layout.Shards.Select(shard => shard.Name) : []);
        using var shards = ShardWriter.Open(partial.Model, layout);
        var findings = ExpectationCheck.Run(context.Plan, context.Reading.Files, cancellation);
        var written = new TensorPass(context, shards, journal, options.Earlier, cancellation).Run(options.Threads);
        context.Reading.Files.RequireUnchanged();
        var flushing = Stopwatch.GetTimestamp();
        var flush = Task.Run(shards.Flush, CancellationToken.None);
        try
        {
            var manifest = Describe(context, partial, options, written);
            return new(
                manifest,
                written.Resumed,
                [
                    .. findings, .. context.Reading.Files.NonFinite.Findings, .. EqualInput.Report(partial.Model, context.Plan, target, cancellation),
                    .. written.Adapter is { } adapter ? AdapterError.Report(adapter, target) : [],
                ],
                flushing);
        }
        finally
        {
            flush.GetAwaiter().GetResult();
        }
    }

    private static MergeManifest Describe(MergeContext context, PartialOutput partial, MergeOptions options, WrittenTensors written)
    {
        var plan = context.Plan;
        var modelDigest = ModelDigest.Of(plan.Jobs.Select(job => new DigestedTensor(job.Name, job.DType, job.Shape, written.Digests[job.Name])));
        var besides = BesideWeights.Write(partial.Model, plan, options.ExtraFiles);
        var manifest = MergeManifest.Of(plan, context.Reading.Device.NumericClass, modelDigest, written.Digests, besides) with
        {
            Adapter = written.Adapter,
            UnlockedInputs = UnlockedInputs.DigestOf(plan, context.Reading.Files.IdentityOf),
        };
        DurableFile.WriteAllBytesAtomically(Path.Combine(partial.Model, MergeManifest.FileName), Encoding.UTF8.GetBytes(manifest.Write()));
        return manifest;
    }

    private static MergeTimings Timings(long begun, long merging, long flushing) => new(
        Stopwatch.GetElapsedTime(begun, merging), Stopwatch.GetElapsedTime(merging, flushing), Stopwatch.GetElapsedTime(flushing));

    /// <summary>A model on disk, still without its final name.</summary>
    private sealed record WrittenModel(MergeManifest Manifest, int Resumed, ImmutableArray<Diagnostic> Findings, long Flushing);
}
