using System.Collections.Immutable;
using MergeOps.Methods.Contract;

namespace MergeOps.Search.Contract;

/// <summary>The searchers of this library, found by their pages.</summary>
internal static class SearcherCatalogue
{
    private static readonly PlugInFolder Folder = new($"{nameof(Search)}/Searchers");

    private static readonly Lazy<ImmutableArray<Searcher>> Discovered = new(() =>
        [.. Folder.Instances<Searcher>().OrderBy(searcher => searcher.Name, StringComparer.Ordinal)]);

    /// <summary>All of them in ordinal order of their names.</summary>
    public static ImmutableArray<Searcher> All => Discovered.Value;

    /// <summary>The page of a searcher.</summary>
    public static string PageOf(Searcher searcher) => Folder.PageOf(searcher);
}
