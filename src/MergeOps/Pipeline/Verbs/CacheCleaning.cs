using MergeOps.Diagnostics;
using MergeOps.HuggingFace;
using MergeOps.HuggingFace.Cache;
using MergeOps.Tensors;

namespace MergeOps.Pipeline.Verbs;

/// <summary>What <see cref="CacheCleaning"/> did.</summary>
/// <param name="Runs">Of runs.</param>
/// <param name="Models">Of downloaded models; null when they were left alone.</param>
internal sealed record Cleaning(CleanedRuns Runs, CleanedCache? Models);

/// <summary>Makes room: removes runs and downloaded models.</summary>
internal static class CacheCleaning
{
    /// <summary>Removes what was used longest ago: runs, which cost no download to make again, then models of the Hub.</summary>
    /// <param name="environment">Variables, folders and the time.</param>
    /// <param name="maxBytes">What both may take together; null to leave models alone and to look at the age of runs only.</param>
    /// <param name="maxAge">How long ago a run may have been used; null for any time.</param>
    /// <param name="cancellation">Stops.</param>
    /// <exception cref="MergeOpsException">The disk does not allow it.</exception>
    public static Cleaning Run(HostEnvironment environment, long? maxBytes, TimeSpan? maxAge, CancellationToken cancellation)
    {
        var cache = HubCache.Of(HubSettings.Of(environment));
        var models = maxBytes is null ? 0 : CacheScan.Of(cache).Sum(model => model.Bytes);
        var runs = new CleanRuns(environment).Run(maxBytes is { } all ? Math.Max(0, all - models) : null, maxAge, cancellation);
        return new(runs, maxBytes is { } limit ? new CacheCleaner(cache, environment.Clock).Run(Math.Max(0, limit - runs.BytesAfter), cancellation) : null);
    }
}
