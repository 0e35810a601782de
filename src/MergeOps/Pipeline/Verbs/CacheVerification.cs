using MergeOps.Diagnostics;
using MergeOps.HuggingFace;
using MergeOps.HuggingFace.Cache;
using MergeOps.Pipeline.Stages;
using MergeOps.Tensors;

namespace MergeOps.Pipeline.Verbs;

/// <summary>What <see cref="CacheVerification"/> found.</summary>
/// <param name="Folder">The cache.</param>
/// <param name="Models">How many models were read.</param>
/// <param name="Bytes">What they take on the disk.</param>
/// <param name="Problems">What is not as its name says.</param>
internal sealed record VerifiedCache(string Folder, int Models, long Bytes, IReadOnlyList<Diagnostic> Problems);

/// <summary>Reads downloaded models again and compares every byte with the digest that names it.</summary>
internal static class CacheVerification
{
    /// <summary>Reads.</summary>
    /// <param name="environment">Variables, folders and the time.</param>
    /// <param name="names">The models; none means all.</param>
    /// <param name="observe">Hears how far it is.</param>
    /// <param name="cancellation">Stops.</param>
    /// <exception cref="MergeOpsException">A model is not in the cache, or cannot be read.</exception>
    public static VerifiedCache Run(HostEnvironment environment, IReadOnlyList<string> names, Action<Work>? observe, CancellationToken cancellation)
    {
        var cache = HubCache.Of(HubSettings.Of(environment));
        var all = CacheScan.Of(cache);
        CachedRepository[] asked =
        [
            .. names.Count == 0
                ? all
                : names.Select(name => all.FirstOrDefault(model => model.Name.ToString() == name) ?? throw Absent(name, cache.Folder, all)),
        ];
        var (done, total) = (0L, asked.Sum(model => model.Bytes));
        List<Diagnostic> problems = [];
        foreach (var model in asked)
        {
            problems.AddRange(CacheVerifier.Check(model, read => observe?.Invoke(new Work(done += read, total, WorkUnit.Bytes)), cancellation));
        }

        return new VerifiedCache(cache.Folder, asked.Length, total, problems);
    }

    private static MergeOpsException Absent(string name, string folder, IEnumerable<CachedRepository> known) => new(
        Codes.DownloadNotCached,
        $"{TerminalText.Quoted(name)} is not in {folder}.{NearestName.Suggestion(name, known.Select(model => model.Name.ToString()))}");
}
