using MergeOps.Diagnostics;
using MergeOps.Merging;
using MergeOps.Merging.Writing;
using MergeOps.Planning;
using MergeOps.Recipes;
using MergeOps.Runtime;
using MergeOps.Tensors;

namespace MergeOps.Pipeline.Stages;

/// <summary>From a plan to a merged model on disk.</summary>
internal static class MergeModels
{
    /// <summary>Fetches what the plan needs, and merges; what an earlier run finished is not done again.</summary>
    /// <exception cref="MergeOpsException">An input, the disk or the device does not allow it.</exception>
    /// <param name="environment">Variables, folders and the time.</param>
    /// <param name="planned">The plan with what led to it.</param>
    /// <param name="options">How to merge.</param>
    /// <param name="observer">Hears of the stages.</param>
    /// <param name="cancellation">Stops.</param>
    /// <param name="known">What <see cref="Look"/> found a moment ago; null to look now.</param>
    public static async Task<MergedCheckpoint> RunAsync(
        HostEnvironment environment, PlannedRecipe planned, MergeOptions options, IStageObserver observer, CancellationToken cancellation, FoundOutput? known = null)
    {
        var standing = known ?? Look(planned, options, cancellation);
        options = For(planned, options);
        if (standing.Finished is null)
        {
            // better known before gigabytes are fetched
            _ = LibTorchLocation.Find(environment);
            TorchRuntime.StartLoading(environment);
            options = options with { Verified = await new FetchModels(environment, planned.Plan, planned.Digests, observer, cancellation).ForMergeAsync() };
        }

        observer.Started(Stage.Merge);
        var merged = Reading(planned.Digests, () => MergeEngine.Run(
            planned.Plan,
            options,
            new DirectProgress<MergeProgress>(now => observer.Advanced(Stage.Merge, "", new Work(now.BytesDone, now.BytesTotal, WorkUnit.Bytes))),
            cancellation,
            standing));
        observer.Finished(Stage.Merge, merged.WasThere ? StageEnd.AlreadyTrue : StageEnd.Done, Summary(planned.Plan, merged));
        DiagnosticBag notes = [.. merged.Notes];
        Acceptance.Later(planned.Recipe, notes);
        return merged with { Notes = [.. notes] };
    }

    /// <summary>What stands in the output's place, and whether it is this plan's.</summary>
    /// <exception cref="MergeOpsException">Something stands there that may not go.</exception>
    public static FoundOutput Look(PlannedRecipe planned, MergeOptions options, CancellationToken cancellation) =>
        MergeEngine.Look(planned.Plan, For(planned, options), cancellation);

    private static MergeOptions For(PlannedRecipe planned, MergeOptions options) =>
        options with { Digests = planned.Digests, ExtraFiles = planned.LockFiles };

    /// <summary>Runs what reads inputs; what it finds to be other bytes than were hashed is not believed again by the next run.</summary>
    /// <param name="digests">What is known of files.</param>
    /// <param name="merge">What reads.</param>
    public static T Reading<T>(KnownDigests digests, Func<T> merge)
    {
        try
        {
            return merge();
        }
        catch (MergeOpsException changed) when (changed.Diagnostic is { Code: var code, Span: { } span } && code == Codes.InputChanged)
        {
            digests.Forget(span.Path);
            throw;
        }
    }

    private static string Summary(MergePlan plan, MergedCheckpoint merged)
    {
        var digest = $"model {merged.ModelDigest[..12]}";
        if (merged.WasThere)
        {
            return $"merged before, {digest}{merged.Evidence.Reservation}";
        }

        var estimate = PlanEstimate.Of(plan);
        var bytes = estimate.BytesToRead + estimate.BytesToWrite;
        var speed = Quantity.InBrackets(Quantity.Speed(bytes, merged.Timings.Tensors));
        var resumed = merged.ResumedTensors > 0 ? $", {Quantity.Of(merged.ResumedTensors, "tensor")} kept from an interrupted run" : "";
        return $"{Quantity.Of(plan.Jobs.Length, "tensor")}, {ByteText.Of(bytes)} in {Quantity.Duration(merged.Timings.Tensors)}{speed}{resumed}, {digest}";
    }
}
