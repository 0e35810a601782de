using MergeOps.Diagnostics;
using MergeOps.Merging.Writing;
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
        MergeManifest? manifest = null;
        var shards = options.LayoutOf(plan);
        var run = new MergeRun(folder, plan, shards, options, progress, cancellation);
        var merged = run.Make(FinishedMeanwhile, made =>
        {
            manifest = Describe(made, options);
            return new MergedCheckpoint(
                folder.Target,
                plan.Digest,
                manifest.ModelDigest,
                manifest.NumericClass,
                WasThere: false,
                made.Written.Resumed,
                default,
                made.Evidence,
                [
                    .. made.Findings, .. EqualInput.Report(made.Folder, plan, folder.Target, cancellation),
                    .. made.Written.Adapter is { } adapter ? AdapterError.Report(adapter, folder.Target) : [],
                ])
            {
                Amounts = MergeAmounts.Of(plan, made.Written),
            };
        });
        if (manifest is not null)
        {
            OutputContent.Remember(folder.Target, manifest, shards, options.Digests);
        }

        return merged with { Timings = run.Timings };

        MergedCheckpoint? FinishedMeanwhile() =>
            StandingOutput.ManifestIn(folder) != standing.Manifest ? Finished(folder, plan, Look(plan, options, cancellation)) : null;
    }

    private static MergeManifest Describe(MadeTensors made, MergeOptions options)
    {
        var plan = made.Context.Plan;
        var modelDigest = ModelDigest.Of(plan.Jobs.Select(job => new DigestedTensor(job.Name, job.DType, job.Shape, made.Written.Digests[job.Name])));
        var besides = BesideWeights.Write(made.Folder, plan, options.ExtraFiles);
        var manifest = MergeManifest.Of(plan, made.Context.NumericClass, modelDigest, made.Written.Digests, besides) with
        {
            Adapter = made.Written.Adapter,
            UnlockedInputs = UnlockedInputs.DigestOf(plan, made.Context.Reading.Files.IdentityOf),
        };
        manifest.WriteInto(made.Folder);
        return manifest;
    }
}
