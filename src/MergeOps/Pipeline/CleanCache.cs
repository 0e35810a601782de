using MergeOps.Diagnostics;
using MergeOps.Hub.Cache;
using MergeOps.Hub.Client;

namespace MergeOps.Pipeline;

/// <summary>Makes the cache of downloaded models smaller.</summary>
internal static class CleanCache
{
    /// <summary>Removes what was used longest ago until the models take no more than so many bytes.</summary>
    /// <exception cref="MergeOpsException">The disk does not allow it.</exception>
    public static CleanedCache Run(long maxBytes, CancellationToken cancellation) =>
        new CacheCleaner(HubCache.Of(HubSettings.FromEnvironment()), TimeProvider.System).Run(maxBytes, cancellation);
}
