using System.Collections.Immutable;
using MergeOps.Diagnostics;
using MergeOps.Merging.Reading.Files;
using MergeOps.Merging.Writing;
using MergeOps.Planning;
using MergeOps.Tensors;

namespace MergeOps.Merging.Parts;

/// <summary>Makes one partition of a merge: whole or not at all under its name, and the same bytes as a merge on one machine.</summary>
internal static class PartEngine
{
    private static readonly MergeEvidence None = new(0, 0, 0);

    /// <summary>Makes it, or goes on with an interrupted run, or finds that it is done already.</summary>
    /// <param name="plan">The whole plan.</param>
    /// <param name="share">What of it is made.</param>
    /// <param name="options">How to merge, and where to.</param>
    /// <param name="progress">Hears how far it is.</param>
    /// <param name="cancellation">Stops; the same call goes on later.</param>
    /// <param name="known">What <see cref="Look"/> found a moment ago; null to look now.</param>
    /// <exception cref="MergeOpsException">An input, the disk or the device does not allow it.</exception>
    public static MadePart Run(
        MergePlan plan, PlanShare share, MergeOptions options, IProgress<MergeProgress>? progress, CancellationToken cancellation, FoundPart? known = null) =>
        WriteFailure.Guard(options.Output, () =>
        {
            var folder = new OutputFolder(options.Output, plan.Digest);
            folder.Recover();
            var notes = Leftovers.Report(folder, options.Clean);
            var standing = known ?? Look(plan, share, options, cancellation);
            var made = standing.Finished is { } there ? Standing(folder, there) : Make(folder, plan, share, options, progress, cancellation);
            return made with { Notes = [.. notes, .. standing.Notes, .. made.Notes] };
        });

    /// <summary>What stands in the part's place.</summary>
    /// <exception cref="MergeOpsException">Something stands there that may not go.</exception>
    public static FoundPart Look(MergePlan plan, PlanShare share, MergeOptions options, CancellationToken cancellation) =>
        StandingPart.Find(new OutputFolder(options.Output, plan.Digest), Blank(plan, share, options), share.Layout, options, cancellation);

    private static MadePart Standing(OutputFolder folder, PartManifest there)
    {
        if (Directory.Exists(folder.Partial))
        {
            PartialOutput.TryRemove(folder.Partial);
        }

        return Of(folder, there, wasThere: true, resumed: 0, None, []);
    }

    private static MadePart Make(
        OutputFolder folder, MergePlan plan, PlanShare share, MergeOptions options, IProgress<MergeProgress>? progress, CancellationToken cancellation)
    {
        if (share.Layout.Shards.IsEmpty)
        {
            return Empty(folder, Blank(plan, share, options));
        }

        var run = new MergeRun(folder, share.Plan, share.Layout, options, progress, cancellation);
        var part = run.Make(FinishedMeanwhile, made =>
        {
            var manifest = Blank(plan, share, options) with
            {
                NumericClass = made.Context.NumericClass,
                Files = Digests(made.Folder, share.Layout, options.Threads, cancellation),
                Adapter = made.Written.Adapter,
            };
            manifest.WriteInto(made.Folder);
            return Of(
                folder,
                manifest,
                wasThere: false,
                made.Written.Resumed,
                made.Evidence,
                [.. made.Findings, .. made.Written.Adapter is { } adapter ? AdapterError.Report(adapter, folder.Target) : []]);
        });
        return part with { Timings = run.Timings };

        MadePart? FinishedMeanwhile() =>
            Look(plan, share, options, cancellation).Finished is { } finished ? Of(folder, finished, wasThere: true, resumed: 0, None, []) : null;
    }

    private static MadePart Empty(OutputFolder folder, PartManifest manifest)
    {
        using var partial = PartialOutput.Open(folder.Partial);
        partial.KeepOnly([]);
        manifest.WriteInto(partial.Model);
        partial.Publish(folder.Target);
        return Of(folder, manifest, wasThere: false, resumed: 0, None, []);
    }

    // what is known before anything is made
    private static PartManifest Blank(MergePlan plan, PlanShare share, MergeOptions options) => new(
        plan.Name, plan.Digest, share.Partition.Number, share.Partition.Count, options.ShardSize ?? plan.ShardSize, null, ImmutableSortedDictionary<string, PartFile>.Empty)
    {
        UnlockedInputs = UnlockedInputs.Now(plan),
    };

    private static ImmutableSortedDictionary<string, PartFile> Digests(string folder, ShardLayout layout, int threads, CancellationToken cancellation)
    {
        var files = new PartFile[layout.Shards.Length];
        Parallel.For(0, files.Length, new ParallelOptions { MaxDegreeOfParallelism = threads, CancellationToken = cancellation }, i =>
            files[i] = DigestedFile.Read(Path.Combine(folder, layout.Shards[i].Name), layout.Shards[i], cancellation)
                ?? throw new InvalidOperationException($"{layout.Shards[i].Name} has another header than was written"));
        return layout.Shards.Zip(files).ToImmutableSortedDictionary(pair => pair.First.Name, pair => pair.Second, StringComparer.Ordinal);
    }

    private static MadePart Of(OutputFolder folder, PartManifest manifest, bool wasThere, int resumed, MergeEvidence evidence, ImmutableArray<Diagnostic> notes) =>
        new(folder.Target, manifest.PlanDigest, manifest.Partition, [.. manifest.Files.Keys], manifest.NumericClass, wasThere, resumed, default, evidence, notes);
}
