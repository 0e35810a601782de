using MergeOps.Cli.CommandLine;

namespace MergeOps.Cli.Verbs.Cache;

/// <summary><c>mergeops cache ls|gc|verify</c>.</summary>
internal sealed class CacheVerbs() : VerbFamily(
    "cache", "Manage downloaded models, runs and libtorch", new CacheListVerb(), new CacheCleanVerb(), new CacheVerifyVerb())
{
    /// <summary>What each of them says about where the cache is.</summary>
    public const string Place = """
        The cache is the one of the Hub's Python tools: HF_HUB_CACHE, else hub in
        HF_HOME, else ~/.cache/huggingface/hub. Runs and libtorch are in MERGEOPS_HOME,
        else ~/.cache/mergeops.
        """;
}
