using MergeOps.Diagnostics;
using MergeOps.Recipes.Declarations;
using MergeOps.Recipes.Yaml;

namespace MergeOps.Recipes.Terms;

/// <summary>The keys that stand in a recipe.</summary>
internal static class WrittenKeys
{
    /// <summary>The declarations of the keys at the top level, in the recipe's order.</summary>
    public static IEnumerable<KeyDeclaration> Of(Recipe recipe) => TreeOf(recipe) is { } root
        ? root.Entries.Join(RecipeKeys.Top.Keys, entry => entry.Key.Text, key => key.Name, (_, key) => key)
        : [];

    /// <summary>The tree of a recipe; null when its text is none.</summary>
    public static YamlMapping? TreeOf(Recipe recipe) =>
        YamlTreeReader.ReadAll(new SourceText(recipe.Path, recipe.Text), new DiagnosticBag()).ElementAtOrDefault(recipe.Document) as YamlMapping;
}
