using System.Collections.Immutable;
using MergeOps.Recipes;
using MergeOps.Sources;
using MergeOps.Sources.Headers;
using MergeOps.Sources.Locking;

namespace MergeOps.Publishing;

/// <summary>A model or adapter that went into a merge, as anybody may see it.</summary>
/// <param name="Name">The Hub name; of a local model the last part of its path.</param>
/// <param name="Revision">The commit that the lock pins, else the revision that the recipe names, or null.</param>
/// <param name="IsOnHub">Whether it is a model of the Hub.</param>
/// <param name="IsBase">Whether it is the recipe's base.</param>
/// <param name="Card">What its card says that the merge inherits.</param>
internal sealed record PublishedParent(string Name, string? Revision, bool IsOnHub, bool IsBase, CardFields Card)
{
    /// <summary>As the recipe and its lock name it.</summary>
    public required string Location { get; init; }

    /// <summary>What the lock pins it as.</summary>
    public LockedKind Kind { get; init; } = LockedKind.Model;

    /// <summary>The parents of a recipe's model, the base first.</summary>
    /// <param name="recipe">The recipe.</param>
    /// <param name="models">What is known of its models; may lack some.</param>
    public static ImmutableArray<PublishedParent> Of(Recipe recipe, ImmutableArray<ModelMetadata> models) =>
    [
        .. from part in ReferencedModels.PartsOf(recipe)
           let model = part.Model
           let metadata = part.IsAdapter ? null : models.FirstOrDefault(known => known.Model.Value.Stored == model.Value)
           let adapter = part.IsAdapter ? models.SelectMany(known => known.Adapters).FirstOrDefault(known => known.Reference == model.Value) : null
           let isLocal = model.Value.IsExplicitPath || ModelLocation.FindLocal(model.Value.Path, recipe.ModelsFolder) is not null
           select new PublishedParent(
               isLocal ? LastPart(model.Value.Path) : model.Value.Path,
               metadata?.Commit ?? adapter?.Remote?.Metadata.Commit ?? model.Value.Revision,
               !isLocal,
               !part.IsAdapter && model.Value == recipe.BaseModel?.Value.Stored,
               metadata?.Card ?? adapter?.Card ?? CardFields.None)
           {
               Location = model.Value.ToString(),
               Kind = part.IsAdapter ? LockedKind.Adapter : LockedKind.Model,
           },
    ];

    private static string LastPart(string path) =>
        path.Split(['/', '\\'], StringSplitOptions.RemoveEmptyEntries).LastOrDefault(part => part is not ("." or "..")) ?? "model";
}
