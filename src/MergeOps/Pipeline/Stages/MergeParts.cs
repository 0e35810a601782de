using System.Collections.Immutable;
using MergeOps.Diagnostics;
using MergeOps.Merging;
using MergeOps.Merging.Parts;
using MergeOps.Merging.Writing;
using MergeOps.Planning;
using MergeOps.Recipes;
using MergeOps.Runtime;
using MergeOps.Tensors;

namespace MergeOps.Pipeline.Stages;

/// <summary>A merge that is divided: its partitions, made anywhere, and their way back into one model.</summary>
/// <param name="environment">Variables, folders and the time.</param>
/// <param name="planned">The plan with what led to it.</param>
/// <param name="options">How to merge, and where to.</param>
/// <param name="observer">Hears of the stages.</param>
/// <param name="cancellation">Stops.</param>
internal sealed class MergeParts(HostEnvironment environment, PlannedRecipe planned, MergeOptions options, IStageObserver observer, CancellationToken cancellation)
{
    private readonly DirectProgress<MergeProgress> progress = new(now => observer.Advanced(Stage.Merge, "", new Work(now.BytesDone, now.BytesTotal, WorkUnit.Bytes)));

    /// <summary>Fetches what one partition needs, and makes it; what an earlier run finished is not done again.</summary>
    /// <param name="partition">Which one.</param>
    /// <exception cref="MergeOpsException">An input, the disk or the device does not allow it.</exception>
    public async Task<MadePart> MakeAsync(Partition partition)
    {
        var share = PlanShare.Of(planned.Plan, options.LayoutOf(planned.Plan), partition.Count)[partition.Number - 1];
        var standing = PartEngine.Look(planned.Plan, share, options, cancellation);
        var how = options with { Digests = planned.Digests };
        if (standing.Finished is null && !share.Layout.Shards.IsEmpty)
        {
            _ = LibTorchLocation.Find(environment);
            TorchRuntime.StartLoading(environment);
            (var rest, how) = MergeModels.Reusing(environment, share.Plan, how, target: null);
            share = share with { Plan = rest };
            how = how with { Verified = await new FetchModels(environment, share.Plan, planned.Digests, observer, cancellation).ForMergeAsync() };
        }

        observer.Started(Stage.Merge);
        var made = MergeModels.Reading(planned.Digests, () => PartEngine.Run(planned.Plan, share, how, progress, cancellation, standing));
        made = made with { Notes = [.. made.Notes, .. EarlierMerges.WhyNothing(share.Plan, how)] };
        observer.Finished(Stage.Merge, made.WasThere ? StageEnd.AlreadyTrue : StageEnd.Done, Summary(share, made));
        return made with { Notes = Accepted(made.Notes) };
    }

    /// <summary>Makes one model of all parts; null when they are not those of this merge, and why is in the bag.</summary>
    /// <param name="folders">The parts in any order.</param>
    /// <param name="found">Takes what is wrong.</param>
    /// <exception cref="MergeOpsException">A part of the merge is damaged, or the disk does not allow it.</exception>
    public async Task<MergedCheckpoint?> JoinAsync(IReadOnlyList<string> folders, DiagnosticBag found)
    {
        if (PartSet.Read(planned.Plan, folders, found) is not { } parts)
        {
            return null;
        }

        var besideWeights = planned.Plan with { Jobs = [], Lora = null, Expected = [] };
        await new FetchModels(environment, besideWeights, planned.Digests, observer, cancellation).ForMergeAsync();
        OutputOptions output = options with { Digests = planned.Digests, ExtraFiles = planned.LockFiles };
        observer.Started(Stage.Merge);
        var merged = JoinEngine.Run(planned.Plan, parts, output, options.Threads, progress, cancellation);
        observer.Finished(
            Stage.Merge,
            merged.WasThere ? StageEnd.AlreadyTrue : StageEnd.Done,
            $"{Quantity.Of(parts.Parts.Length, "part")} with {Quantity.Of(parts.Layout.Shards.Length, "file")} {(merged.WasThere ? "joined before" : "joined")}, model {merged.ModelDigest[..12]}{merged.Evidence.Reservation}");
        return merged with { Notes = Accepted(merged.Notes) };
    }

    private ImmutableArray<Diagnostic> Accepted(IEnumerable<Diagnostic> notes)
    {
        DiagnosticBag all = [.. notes];
        Acceptance.Later(planned.Recipe, all);
        return [.. all];
    }

    private static string Summary(PlanShare share, MadePart made)
    {
        var what = made.Files.IsEmpty
            ? $"part {made.Partition} is empty: there are fewer files than partitions"
            : $"part {made.Partition}: {Quantity.Of(share.Plan.Jobs.Length, "tensor")} in {Quantity.Of(made.Files.Length, "file")}";
        if (made.WasThere)
        {
            return $"{what}, made before";
        }

        var bytes = PlanEstimate.BytesReadBy(share.Plan) + share.Plan.Jobs.Sum(job => job.ByteLength);
        var resumed = made.ResumedTensors > 0 ? $", {Quantity.Of(made.ResumedTensors, "tensor")} kept from an interrupted run" : "";
        return made.Files.IsEmpty ? what : $"{what}, {ByteText.Of(bytes)} in {Quantity.Duration(made.Timings.Tensors)}{Quantity.InBrackets(Quantity.Speed(bytes, made.Timings.Tensors))}{resumed}";
    }
}
