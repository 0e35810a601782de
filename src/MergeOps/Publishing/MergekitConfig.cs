using MergeOps.Recipes;

namespace MergeOps.Publishing;

/// <summary>The recipe as mergekit's own file.</summary>
internal static class MergekitConfig
{
    /// <summary>The text of <c>mergekit_config.yml</c>; null when the recipe uses a key that mergekit does not know.</summary>
    public static string? Of(Recipe recipe) =>
        recipe is { Name: null, Version: null, Description: null, Seed: null, ShardSize: null, AllowsDifferentArchitectures: false, Evaluate: null, Publish: null }
        && recipe.AllowNonFinite.IsEmpty
        && recipe.Gates.IsEmpty
        && recipe.Accept.IsEmpty
            ? recipe.Text
            : null;
}
