using MergeOps.Diagnostics;

namespace MergeOps.Recipes;

/// <summary>Every setting of a recipe, whichever block it stands in.</summary>
internal static class RecipeSettings
{
    /// <summary>The settings of each <c>parameters</c> block: the recipe's first, then module by module.</summary>
    public static IEnumerable<NamedSetting> Of(Recipe recipe) => recipe.Parameters.Concat(recipe.Modules.SelectMany(Of));

    /// <summary>The filters of all settings, in the same order.</summary>
    public static IEnumerable<Located<string>> FiltersOf(Recipe recipe) => Of(recipe)
        .Select(named => named.Setting)
        .OfType<FilteredSetting>()
        .SelectMany(setting => setting.Entries)
        .Select(entry => entry.Filter)
        .OfType<Located<string>>();

    private static IEnumerable<NamedSetting> Of(RecipeModule module) => module.Parameters
        .Concat(module.Slices.SelectMany(slice => slice.Parameters.AsEnumerable()))
        .Concat(module.Models.Concat(module.Slices.SelectMany(slice => slice.Sources.AsEnumerable())).SelectMany(input => input.Parameters));
}
