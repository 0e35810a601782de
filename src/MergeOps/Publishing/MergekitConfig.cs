using MergeOps.Recipes;
using MergeOps.Recipes.Terms;
using MergeOps.Sources;

namespace MergeOps.Publishing;

/// <summary>The recipe as mergekit's own file.</summary>
internal static class MergekitConfig
{
    /// <summary>The text of <c>mergekit_config.yml</c>; null when the recipe uses a key that mergekit does not know, or more adapters on a model than its one.</summary>
    public static string? Of(Recipe recipe) => WrittenKeys.Of(recipe).Any(key => key.IsOurs) || ReferencedModels.MentionsIn(recipe).Any(model => model.Value.Lora?.Lora is not null) ? null : recipe.Text;
}
