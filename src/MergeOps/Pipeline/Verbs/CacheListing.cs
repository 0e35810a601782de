using System.Collections.Immutable;
using MergeOps.HuggingFace;
using MergeOps.HuggingFace.Cache;
using MergeOps.Pipeline.Stages;
using MergeOps.Tensors;

namespace MergeOps.Pipeline.Verbs;

/// <summary>What <see cref="CacheListing"/> found.</summary>
/// <param name="Folder">The cache.</param>
/// <param name="Models">Its models by name.</param>
internal sealed record CacheContents(string Folder, ImmutableArray<CachedRepository> Models)
{
    /// <summary>The user's own folder of this program.</summary>
    public required string Home { get; init; }

    /// <summary>The runs in it, the one used last first.</summary>
    public required ImmutableArray<StoredFolder> Runs { get; init; }

    /// <summary>The installations of libtorch in it.</summary>
    public required ImmutableArray<StoredFolder> LibTorch { get; init; }

    /// <summary>What they take on the disk.</summary>
    public long Bytes => Models.Sum(model => model.Bytes);
}

/// <summary>Shows what this machine keeps: models that were downloaded, with this program or with the Hub's Python tools, runs, and libtorch.</summary>
internal static class CacheListing
{
    /// <summary>Looks.</summary>
    public static CacheContents Run(HostEnvironment environment)
    {
        var cache = HubCache.Of(HubSettings.Of(environment));
        return new CacheContents(cache.Folder, CacheScan.Of(cache))
        {
            Home = environment.Home.Folder,
            Runs = StoredFolders.Runs(environment),
            LibTorch = StoredFolders.LibTorch(environment.Home),
        };
    }
}
