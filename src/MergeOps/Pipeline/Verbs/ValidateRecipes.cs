using MergeOps.Diagnostics;
using MergeOps.Pipeline.Repository;
using MergeOps.Pipeline.Stages;
using MergeOps.Recipes;

namespace MergeOps.Pipeline.Verbs;

/// <summary>Checks recipes and the small files that lie with them, without network and models.</summary>
internal static class ValidateRecipes
{
    /// <summary>Every finding about each of them, and about each of their variants.</summary>
    /// <param name="paths">The recipes.</param>
    /// <param name="bounds">Where they may lead; null for anywhere. Nothing beyond is opened.</param>
    public static IReadOnlyList<Diagnostic> Run(IEnumerable<string> paths, RepositoryBounds? bounds = null) =>
    [
        .. paths.SelectMany(path => VariantFindings.Of(
            ReadRecipe.AddressesOf(path).Select(address => (RecipeAddress.Of(address).Variant, ReadRecipe.WithData(address, bounds, withCalibration: true).Found)))),
    ];
}
