using MergeOps.Diagnostics;
using MergeOps.Merging;
using MergeOps.Pipeline.Stages;
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
    /// <param name="cancellation">Stops; the same call goes on later.</param>
    /// <exception cref="MergeOpsException">An input, the disk or the device does not allow it.</exception>
    public Task<MergedCheckpoint> RunAsync(PlannedRecipe planned, IStageObserver observer, CancellationToken cancellation) =>
        MergeModels.RunAsync(environment, planned, options, observer, cancellation);
}
