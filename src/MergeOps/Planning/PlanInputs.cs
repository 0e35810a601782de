using System.Collections.Immutable;
using MergeOps.Recipes;
using MergeOps.Sources;
using MergeOps.Sources.Locking;

namespace MergeOps.Planning;

/// <summary>
/// The files on this machine that decide a plan and the bytes of its merge, for builds that ask whether anything changed:
/// the recipe, its lock, and what is used of local models. Models on the Hub are pinned by the lock.
/// </summary>
internal static class PlanInputs
{
    /// <summary>Their paths relative to the recipe's folder (absolute where none leads there), with forward slashes, in ordinal order.</summary>
    public static ImmutableArray<string> Of(Recipe recipe, MergePlan plan)
    {
        var (lockPath, recipeFolder) = (ModelLock.PathFor(recipe.Path), Path.GetFullPath(recipe.Folder));
        return
        [
            .. (File.Exists(lockPath) ? [recipe.Path, lockPath] : new[] { recipe.Path })
                .Concat(plan.Models.Where(model => model.Remote is null).SelectMany(model => FilesOf(recipe, model)))
                .Select(file => Path.GetRelativePath(recipeFolder, Path.GetFullPath(file)).Replace('\\', '/'))
                .Distinct(StringComparer.Ordinal)
                .Order(StringComparer.Ordinal),
        ];
    }

    private static IEnumerable<string> FilesOf(Recipe recipe, PlannedModel model)
    {
        var (folder, files) = UsedFiles.Of(recipe, model.Reference, ModelLocation.FindLocal(model.Reference, recipe.ModelsFolder)!);
        return files.Select(file => Path.Combine(folder, file));
    }
}
