namespace MergeOps.Recipes;

/// <summary>Every setting of a recipe, whichever block it stands in.</summary>
internal static class RecipeSettings
{
    /// <summary>The settings of each <c>parameters</c> block: the recipe's first, then module by module.</summary>
    public static IEnumerable<NamedSetting> Of(Recipe recipe) => recipe.Parameters.Concat(recipe.Modules.SelectMany(Of));

    private static IEnumerable<NamedSetting> Of(RecipeModule module) => module.Parameters
        .Concat(module.Slices.SelectMany(slice => slice.Parameters.AsEnumerable()))
        .Concat(module.Models.Concat(module.Slices.SelectMany(slice => slice.Sources.AsEnumerable())).SelectMany(input => input.Parameters));
}
