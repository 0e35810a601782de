using System.Collections.Immutable;
using MergeOps.Hub;
using MergeOps.Recipes;

namespace MergeOps.Publishing;

/// <summary>A model that went into a merge, as the world may see it.</summary>
/// <param name="Name">The Hub name; of a local model the last part of its path.</param>
/// <param name="Revision">The revision that the recipe names, or null.</param>
/// <param name="IsOnHub">Whether it is a model of the Hub.</param>
/// <param name="IsBase">Whether it is the recipe's base.</param>
internal sealed record PublishedParent(string Name, string? Revision, bool IsOnHub, bool IsBase)
{
    /// <summary>The parents of a recipe's model, the base first.</summary>
    public static ImmutableArray<PublishedParent> Of(Recipe recipe) =>
    [
        .. from model in ReferencedModels.Of(recipe)
           let isLocal = model.Value.IsExplicitPath || ModelLocation.FindLocal(model.Value, recipe.Folder) is not null
           select new PublishedParent(
               isLocal ? LastPart(model.Value.Path) : model.Value.Path,
               model.Value.Revision,
               !isLocal,
               model.Value == recipe.BaseModel?.Value),
    ];

    private static string LastPart(string path) =>
        path.Split(['/', '\\'], StringSplitOptions.RemoveEmptyEntries).LastOrDefault(part => part is not ("." or "..")) ?? "model";
}
