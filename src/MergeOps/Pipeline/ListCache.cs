using System.Collections.Immutable;
using MergeOps.Hub.Cache;
using MergeOps.Hub.Client;

namespace MergeOps.Pipeline;

/// <summary>What <see cref="ListCache"/> found.</summary>
/// <param name="Folder">The cache.</param>
/// <param name="Models">Its models by name.</param>
internal sealed record CacheContents(string Folder, ImmutableArray<CachedRepository> Models)
{
    /// <summary>What they take on the disk.</summary>
    public long Bytes => Models.Sum(model => model.Bytes);
}

/// <summary>Shows which models this machine has downloaded, with this program or with the Hub's Python tools.</summary>
internal static class ListCache
{
    /// <summary>Looks.</summary>
    public static CacheContents Run()
    {
        var cache = HubCache.Of(HubSettings.FromEnvironment());
        return new CacheContents(cache.Folder, CacheScan.Of(cache));
    }
}
