using System.Collections.Immutable;
using MergeOps.Recipes;
using MergeOps.Sources;
using MergeOps.Tokenizers;

namespace MergeOps.Planning;

/// <summary>
/// The files on this machine that decide a plan and the bytes of its merge, for builds that ask whether anything changed:
/// the recipe, its lock, its chosen numbers, and what is used of local models. Models on the Hub are pinned by the lock.
/// </summary>
internal static class PlanInputs
{
    /// <summary>Their paths relative to the recipe's folder (absolute where none leads there), with forward slashes, in ordinal order.</summary>
    public static ImmutableArray<string> Of(Recipe recipe, MergePlan plan)
    {
        var recipeFolder = Path.GetFullPath(recipe.Folder);
        return
        [
            .. new[] { BesideRecipe.Lock(recipe.Path), BesideRecipe.Chosen(recipe.Address.ToString()) }.Where(File.Exists).Prepend(recipe.Path)
                .Concat(recipe.Parents)
                .Concat(ReferencedStatistics.LocalFilesOf(recipe).Select(file => Path.GetFullPath(file.Value, recipe.ModelsFolder)))
                .Concat(ReferencedModels.PartsOf(recipe).SelectMany(part => FilesOf(recipe, part)))
                .Select(file => Path.GetRelativePath(recipeFolder, Path.GetFullPath(file)).Replace('\\', '/'))
                .Distinct(StringComparer.Ordinal)
                .Order(StringComparer.Ordinal),
        ];
    }

    private static IEnumerable<string> FilesOf(Recipe recipe, ModelPart part)
    {
        if (ModelLocation.FindLocal(part.Model.Value.Path, recipe.ModelsFolder) is not { } path)
        {
            return [];
        }

        // the tokenizers of all models decide which rows belong together, though one of them is written
        var (folder, files) = UsedFiles.Of(recipe, part, path);
        var tokenizer = TokenizerFiles.Among(new DirectoryInfo(folder).EnumerateFiles().Select(file => file.Name));
        return files.Concat(part.IsAdapter ? [] : tokenizer).Select(file => Path.Combine(folder, file));
    }
}
