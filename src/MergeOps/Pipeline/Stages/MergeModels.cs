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
        if (standing.Finished is not null)
        {
            observer.Started(Stage.Merge);
            return Finished(planned, planned.Plan, MergeEngine.Run(planned.Plan, options, null, cancellation, standing), observer);
        }

        // better known before gigabytes are fetched
        _ = LibTorchLocation.Find(environment);
        TorchRuntime.StartLoading(environment);
        var (plan, reusing) = Reusing(environment, planned.Plan, options, options.Output);
        try
        {
            var made = await MakeAsync(environment, planned, plan, reusing, standing, observer, cancellation);
            return Finished(planned, plan, made with { Notes = [.. made.Notes, .. EarlierMerges.WhyNothing(plan, options)] }, observer);
        }
        catch (MergeOpsException damaged) when (damaged.Diagnostic.Code == Codes.EarlierOutputDamaged)
        {
            var merged = await MakeAsync(environment, planned, planned.Plan, options, standing, observer, cancellation);
            var note = damaged.Diagnostic with { Severity = Severity.Warning, Detail = $"{damaged.Diagnostic.Detail} Nothing from it is used, and all tensors are computed." };
            return Finished(planned, planned.Plan, merged with { Notes = [note, .. merged.Notes] }, observer);
        }
    }

    /// <summary>The plan without the tensors that earlier merges have, and options that copy them.</summary>
    /// <param name="environment">Names the folder of the runs.</param>
    /// <param name="plan">The plan.</param>
    /// <param name="options">How to merge; what it names as earlier merges counts too.</param>
    /// <param name="target">Where an earlier merge may stand; null for nowhere.</param>
    /// <exception cref="MergeOpsException">The folder that the user names holds no merge.</exception>
    public static (MergePlan Plan, MergeOptions Options) Reusing(HostEnvironment environment, MergePlan plan, MergeOptions options, string? target)
    {
        var earlier = new EarlierMerges(environment, plan);
        var found = earlier.Find(target, options.Reuse, options.Published).AddRange(options.Earlier.Where(output => plan.Jobs.Any(output.Has)));
        if (found.IsEmpty)
        {
            return (plan, options);
        }

        TorchRuntime.EnsureLoaded();
        var numericClass = MergeDevice.Choose(options.Device).NumericClass;
        found = [.. found.Where(output => output.NumericClass == numericClass)];
        return (earlier.Without(found), options with { Earlier = found });
    }

    private static async Task<MergedCheckpoint> MakeAsync(
        HostEnvironment environment, PlannedRecipe planned, MergePlan plan, MergeOptions options, FoundOutput standing, IStageObserver observer, CancellationToken cancellation)
    {
        new MergeSpace(environment, planned, options).Require(plan);
        options = options with { Verified = await new FetchModels(environment, plan, planned.Digests, observer, cancellation).ForMergeAsync() };
        // vocabularies leave behind about as much as a merge needs for its tiles
        var tokens = plan.Vocabulary.IsEmpty ? 0 : plan.Jobs.Select(job => job.Shape.FirstOrDefault()).DefaultIfEmpty().Max();
        LargeHeap.SettleAfter(Math.Max(plan.Jobs.Length, tokens));
        observer.Started(Stage.Merge);
        var progress = new DirectProgress<MergeProgress>(now => observer.Advanced(Stage.Merge, "", new Work(now.BytesDone, now.BytesTotal, WorkUnit.Bytes)));
        var made = Reading(planned.Digests, () => MergeEngine.Run(plan, options, progress, cancellation, standing));
        if (made is { WasThere: false, ResumedTensors: 0 } && !plan.DecomposesMatrices && !MergeDevice.IsCuda(options.Device))
        {
            new KnownRates(environment.Home).Learn(plan, made.Timings, options.Threads);
        }

        return made;
    }

    private static MergedCheckpoint Finished(PlannedRecipe planned, MergePlan plan, MergedCheckpoint merged, IStageObserver observer)
    {
        observer.Finished(Stage.Merge, merged.WasThere ? StageEnd.AlreadyTrue : StageEnd.Done, Summary(plan, merged));
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

        if (merged.Amounts is not { } amounts)
        {
            return digest;
        }

        var bytes = amounts.BytesRead + amounts.BytesMade;
        var speed = Quantity.InBrackets(Quantity.Speed(bytes + (2 * amounts.BytesCopied), merged.Timings.Tensors));
        var copied = amounts.TensorsCopied > 0 ? $"{Quantity.Of(amounts.TensorsCopied, "tensor")} ({ByteText.Of(amounts.BytesCopied)}) copied from an earlier merge" : "";
        var resumed = merged.ResumedTensors > 0 ? $", {Quantity.Of(merged.ResumedTensors, "tensor")} kept from an interrupted run" : "";
        var took = $"in {Quantity.Duration(merged.Timings.Tensors)}{speed}";
        return amounts is { TensorsMade: 0, TensorsCopied: > 0 }
            ? $"{copied} {took}{resumed}, {digest}"
            : $"{Quantity.Of(amounts.TensorsMade, "tensor")}, {ByteText.Of(bytes)} {took}{(copied.Length > 0 ? ", " : "")}{copied}{resumed}, {digest}";
    }
}
