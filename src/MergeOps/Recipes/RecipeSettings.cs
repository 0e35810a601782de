namespace MergeOps.Recipes;

/// <summary>Every setting of a recipe, whichever block it stands in.</summary>
internal static class RecipeSettings
{
    /// <summary>The settings of each <c>parameters</c> block: the recipe's first, then module by module.</summary>
    public static IEnumerable<NamedSetting> Of(Recipe recipe)
    {
        var blocks =
            from module in recipe.Modules
            from block in module.Slices.Select(slice => slice.Parameters)
                .Prepend(module.Parameters)
                .Concat(module.Models.Concat(module.Slices.SelectMany(slice => slice.Sources)).Select(input => input.Parameters))
            select block;
        return blocks.Prepend(recipe.Parameters).SelectMany(block => block);
    }
}
