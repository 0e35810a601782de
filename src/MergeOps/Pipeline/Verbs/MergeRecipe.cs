using MergeOps.Diagnostics;
using MergeOps.Merging;
using MergeOps.Merging.Parts;
using MergeOps.Pipeline.Scoring;
using MergeOps.Pipeline.Stages;
using MergeOps.Planning;
using MergeOps.Publishing;
using MergeOps.Runtime;
using MergeOps.Tensors;

namespace MergeOps.Pipeline.Verbs;

/// <summary>Merges a recipe into a folder.</summary>
/// <param name="environment">Variables, folders and the time.</param>
/// <param name="options">How to merge, and where to.</param>
internal sealed class MergeRecipe(HostEnvironment environment, MergeOptions options)
{
    /// <summary>Plans; null when errors were found. libtorch loads meanwhile, unless the output exists: then there may be nothing to merge.</summary>
    /// <param name="recipePath">The recipe.</param>
    /// <exception cref="MergeOpsException">A file cannot be read.</exception>
    public (PlannedRecipe? Planned, DiagnosticBag Found) Plan(string recipePath)
    {
        if (!Directory.Exists(options.Output))
        {
            TorchRuntime.StartLoading(environment);
        }

        return PlanRecipe.Run(environment, recipePath);
    }

    /// <summary>Merges what was planned; what an earlier run finished is not done again.</summary>
    /// <param name="planned">What <see cref="Plan"/> gave.</param>
    /// <param name="observer">Hears of the stages.</param>
    /// <param name="cancellation">Stops; the same call continues later.</param>
    /// <exception cref="MergeOpsException">An input, the disk or the device does not allow it.</exception>
    public async Task<MergedCheckpoint> RunAsync(PlannedRecipe planned, IStageObserver observer, CancellationToken cancellation)
    {
        var merged = await MergeModels.RunAsync(environment, planned, options, observer, cancellation);
        planned.TellMissingLock(observer);
        return merged;
    }

    /// <summary>Streams what was planned to where it is published; null when it cannot be streamed.</summary>
    /// <param name="planned">What <see cref="Plan"/> gave.</param>
    /// <param name="to">Overrides the recipe's publish target.</param>
    /// <param name="commands">What the settings name, or null.</param>
    /// <param name="found">Takes why it cannot, and what is worth knowing.</param>
    /// <param name="observer">Hears of the stages.</param>
    /// <param name="cancellation">Stops; the same call goes on later, on any machine.</param>
    /// <exception cref="MergeOpsException">An input, the disk, the device or the target does not allow it.</exception>
    public async Task<StreamedModel?> StreamAsync(PlannedRecipe planned, string? to, ExternalScoring? commands, DiagnosticBag found, IStageObserver observer, CancellationToken cancellation)
    {
        if (StreamMerge.Objection(planned) is { } objection)
        {
            found.Add(objection);
            return null;
        }

        await PolicyCheck.RunAsync(environment, commands, planned, observer.Reported, found, cancellation);
        if (found.HasErrors)
        {
            return null;
        }

        var target = TargetKind.Require(planned.Recipe, to, "--to");
        // a key that cannot sign is told before hours of merging
        ModelSigner.Require(environment, commands, planned.Recipe, found);
        return await new StreamMerge(environment, planned, options, target, commands, observer, cancellation).RunAsync();
    }

    /// <summary>Makes one partition of what was planned.</summary>
    /// <param name="planned">What <see cref="Plan"/> gave.</param>
    /// <param name="partition">Which one.</param>
    /// <param name="observer">Hears of the stages.</param>
    /// <param name="cancellation">Stops; the same call continues later.</param>
    /// <exception cref="MergeOpsException">An input, the disk or the device does not allow it.</exception>
    public Task<MadePart> MakePartAsync(PlannedRecipe planned, Partition partition, IStageObserver observer, CancellationToken cancellation) =>
        new MergeParts(environment, planned, options, observer, cancellation).MakeAsync(partition);

    /// <summary>Joins all parts; null when they are not those of this merge.</summary>
    /// <param name="planned">What was planned.</param>
    /// <param name="parts">Their folders.</param>
    /// <param name="found">Takes what is wrong.</param>
    /// <param name="observer">Hears of the stages.</param>
    /// <param name="cancellation">Stops; the same call begins anew later.</param>
    /// <exception cref="MergeOpsException">A part of the merge is damaged, or the disk does not allow it.</exception>
    public Task<MergedCheckpoint?> JoinAsync(PlannedRecipe planned, IReadOnlyList<string> parts, DiagnosticBag found, IStageObserver observer, CancellationToken cancellation) =>
        new MergeParts(environment, planned, options, observer, cancellation).JoinAsync(parts, found);
}
