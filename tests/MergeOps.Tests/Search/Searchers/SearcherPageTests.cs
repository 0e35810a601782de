using MergeOps.Search.Contract;
using Xunit;

namespace MergeOps.Tests.Search.Searchers;

public sealed class SearcherPageTests
{
    [Fact]
    public void Every_searcher_is_found_by_its_page() =>
        Assert.Equal(["adamerging", "adamerging_supervised", "alpha_from_similarity", "category_weights", "cma_es", "golden", "gradient", "greedy_soup", "grid", "loss_weights", "norm_rule"], SearcherCatalogue.All.Select(searcher => searcher.Name));

    [Fact]
    public void A_page_lists_the_keys_that_the_searcher_declares_and_shows_it_in_a_recipe() => Assert.All(SearcherCatalogue.All, searcher =>
    {
        var page = SearcherCatalogue.PageOf(searcher);
        Assert.Contains($"searcher: {searcher.Name}\n", page, StringComparison.Ordinal);
        Assert.Equal(
            searcher.Keys.Select(key => $"| `{key.Name}` | {key.Help} |"),
            page.Split('\n').Where(line => line.StartsWith("| `", StringComparison.Ordinal)));
    });
}
