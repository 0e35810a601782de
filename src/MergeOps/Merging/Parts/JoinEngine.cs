using System.Collections.Immutable;
using System.Diagnostics;
using MergeOps.Diagnostics;
using MergeOps.Merging.Writing;
using MergeOps.Planning;
using MergeOps.Tensors;

namespace MergeOps.Merging.Parts;

/// <summary>Makes one model of all parts of a merge: the files that a merge on one machine writes. The parts stay as they are.</summary>
internal static class JoinEngine
{
    /// <summary>Joins, or finds that it is done already.</summary>
    /// <param name="plan">The plan.</param>
    /// <param name="parts">Its parts.</param>
    /// <param name="options">Where to, and what may stand there; the sizes of files are those of the parts.</param>
    /// <param name="threads">How many files are read at once.</param>
    /// <param name="progress">Hears how far it is.</param>
    /// <param name="cancellation">Stops.</param>
    /// <exception cref="MergeOpsException">A part of the merge is damaged, or the disk does not allow it; nothing stands under the final name then.</exception>
    public static MergedCheckpoint Run(
        MergePlan plan, PartSet parts, OutputOptions options, int threads, IProgress<MergeProgress>? progress, CancellationToken cancellation) =>
        WriteFailure.Guard(options.Output, () =>
        {
            options = options with { ShardSize = parts.ShardSize };
            var folder = new OutputFolder(options.Output, plan.Digest);
            folder.Recover();
            var notes = Leftovers.Report(folder, options.Clean);
            var standing = new StandingOutput(folder, plan, options, cancellation).Find();
            if (standing.Finished is { } there)
            {
                if (Directory.Exists(folder.Partial))
                {
                    PartialOutput.TryRemove(folder.Partial);
                }

                return new MergedCheckpoint(folder.Target, plan.Digest, there.ModelDigest, there.NumericClass, WasThere: true, ResumedTensors: 0, default, standing.Evidence, [.. notes, .. standing.Notes]);
            }

            var begun = Stopwatch.GetTimestamp();
            using var partial = PartialOutput.Open(folder.Partial);
            partial.KeepOnly([]);
            var digests = new PartFiles(parts, partial.Model, new ProgressMeter(progress, plan.Jobs), cancellation).Take(threads);
            var read = Stopwatch.GetTimestamp();
            var manifest = Describe(plan, parts, partial.Model, digests, options);
            partial.Publish(folder.Target);
            OutputContent.Remember(folder.Target, manifest, parts.Layout, options.Digests);
            return new MergedCheckpoint(
                folder.Target,
                plan.Digest,
                manifest.ModelDigest,
                manifest.NumericClass,
                WasThere: false,
                ResumedTensors: 0,
                new(TimeSpan.Zero, Stopwatch.GetElapsedTime(begun, read), Stopwatch.GetElapsedTime(read)),
                new(parts.Layout.Shards.Length, 0, 0),
                [.. notes, .. standing.Notes]);
        });

    /// <summary>Writes everything of a joined model but its weights.</summary>
    /// <param name="plan">The plan.</param>
    /// <param name="parts">Its parts.</param>
    /// <param name="folder">Where to.</param>
    /// <param name="digests">The content digest of each tensor by its name.</param>
    /// <param name="options">What lies beside the weights.</param>
    /// <exception cref="MergeOpsException">A companion is not the locked one, or the disk does not allow it.</exception>
    public static MergeManifest Describe(MergePlan plan, PartSet parts, string folder, ImmutableSortedDictionary<string, string> digests, OutputOptions options)
    {
        foreach (var (path, index) in parts.Layout.Indexes)
        {
            DurableFolder.Create(Path.GetDirectoryName(Path.Combine(folder, path))!);
            DurableFile.WriteAllBytesAtomically(Path.Combine(folder, path), index.AsSpan());
        }

        var modelDigest = ModelDigest.Of(plan.Jobs.Select(job => new DigestedTensor(job.Name, job.DType, job.Shape, digests[job.Name])));
        var besides = BesideWeights.Write(folder, plan, options.ExtraFiles);
        var manifest = MergeManifest.Of(plan, parts.NumericClass, modelDigest, digests, besides) with
        {
            Adapter = parts.Parts.Select(part => part.Manifest.Adapter).FirstOrDefault(adapter => adapter is not null),
            UnlockedInputs = parts.Parts[0].Manifest.UnlockedInputs,
        };
        manifest.WriteInto(folder);
        DurableFolder.Flush(folder);
        return manifest;
    }
}
