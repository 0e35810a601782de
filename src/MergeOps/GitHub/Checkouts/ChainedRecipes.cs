using MergeOps.Pipeline.Stages;
using MergeOps.Sources;

namespace MergeOps.GitHub.Checkouts;

/// <summary>Recipes that are made of what other recipes of the same repository publish on the Hub.</summary>
internal static class ChainedRecipes
{
    private const string Hub = "hub";

    /// <summary>Their files from the repository's root, in the order of the recipes.</summary>
    /// <param name="checkout">Where the recipes are.</param>
    /// <param name="recipes">Every recipe of the repository.</param>
    public static IReadOnlyList<string> In(Checkout checkout, IEnumerable<string> recipes)
    {
        var read = recipes.Select(path => (Path: path, ReadRecipe.Run(checkout[path]).Recipe)).Where(each => each.Recipe is not null).ToList();
        var published = read.Select(each => each.Recipe!.Publish).Where(publish => publish?.Kind == Hub).Select(publish => publish!.Place.Value).ToHashSet(StringComparer.OrdinalIgnoreCase);
        return
        [
            .. read.Where(each => ReferencedModels.PartsOf(each.Recipe!).Any(part => published.Contains(part.Model.Value.Path)))
                .Select(each => checkout.FileOf(each.Path))
                .Distinct(StringComparer.Ordinal),
        ];
    }
}
