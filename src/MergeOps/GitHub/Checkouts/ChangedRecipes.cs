using MergeOps.Diagnostics;
using MergeOps.Evaluation.Data;
using MergeOps.GitHub.Events;
using MergeOps.Pipeline.Stages;
using MergeOps.Recipes;
using MergeOps.Sources;
using MergeOps.Sources.Locking;
using MergeOps.Tensors;

namespace MergeOps.GitHub.Checkouts;

/// <summary>Which recipes a change touches: those whose own file, lock, chosen numbers, metadata, local models, evaluation data, or files that they extend, it changes; of variants of a file all.</summary>
/// <param name="checkout">The repository after the change.</param>
/// <param name="patterns">Which files are recipes.</param>
internal sealed class ChangedRecipes(Checkout checkout, RecipePatterns patterns)
{
    /// <summary>The recipes, in ordinal order; those that were removed too.</summary>
    /// <param name="changed">Every path that the change touches, from the repository's root.</param>
    /// <exception cref="MergeOpsException">A recipe's name has line breaks or other control characters.</exception>
    public IReadOnlyList<string> Among(IReadOnlyCollection<string> changed)
    {
        var all = patterns.Find(checkout.Root);
        var whole = checkout.RecipesIn([.. all.Concat(changed.Where(patterns.Matches)).Distinct(StringComparer.Ordinal)]).ToLookup(checkout.FileOf, StringComparer.Ordinal);
        IReadOnlyList<string> recipes =
        [
            .. all
                .Where(recipe => IsTouched(recipe, changed))
                .Concat(changed.Where(patterns.Matches))
                .Distinct(StringComparer.Ordinal)
                .SelectMany(file => whole[file])
                .Order(StringComparer.Ordinal),
        ];
        return recipes.FirstOrDefault(recipe => recipe.Any(char.IsControl)) is { } unprintable
            ? throw new MergeOpsException(Codes.NoRecipeFound, $"{TerminalText.Quoted(unprintable)} cannot be the name of a recipe. Rename it.")
            : recipes;
    }

    /// <summary>The files and folders of a recipe that decide what it makes and how that is measured; paths from the repository's root.</summary>
    public IEnumerable<string> FilesOf(string recipe) =>
        [checkout.FileOf(recipe), ModelLock.PathFor(checkout.FileOf(recipe)), BesideRecipe.Chosen(recipe), .. ParentsOf(recipe), .. DataOf(recipe).Where(path => !Path.IsPathRooted(path) && !path.StartsWith("../", StringComparison.Ordinal))];

    private bool IsTouched(string recipe, IReadOnlyCollection<string> changed)
    {
        var lockPath = ModelLock.PathFor(recipe);
        return changed.Contains(recipe)
            || changed.Contains(lockPath)
            || ReadRecipe.AddressesOf(checkout[recipe]).Any(each => changed.Contains(BesideRecipe.Chosen(checkout.PathOf(each))))
            || MetadataNamedBy(lockPath).Any(changed.Contains)
            || ParentsOf(recipe).Any(changed.Contains)
            || ReadRecipe.AddressesOf(checkout[recipe]).SelectMany(each => DataOf(checkout.PathOf(each))).Any(data => changed.Any(path => path == data || path.StartsWith($"{data}/", StringComparison.Ordinal)));
    }

    private IEnumerable<string> ParentsOf(string recipe) => ReadRecipe.ParentsOf(checkout[recipe]).Select(checkout.PathOf);

    // a lock that cannot be read is found when its recipe is planned, and then it is changed itself
    private IEnumerable<string> MetadataNamedBy(string lockPath)
    {
        var folder = Path.Combine(Path.GetDirectoryName(checkout[lockPath])!, ".locks");
        if (!checkout.Has(lockPath) || !Directory.Exists(folder))
        {
            return [];
        }

        var text = PlainFile.ReadText(checkout[lockPath]);
        return Directory.EnumerateFiles(folder)
            .Where(file => text.Contains(Path.GetFileNameWithoutExtension(file), StringComparison.Ordinal))
            .Select(checkout.PathOf);
    }

    private IEnumerable<string> DataOf(string recipe)
    {
        var (read, _) = ReadRecipe.Run(checkout[recipe]);
        if (read is null)
        {
            return [];
        }

        var models = ReferencedModels.PartsOf(read).Select(part => ModelLocation.FindLocal(part.Model.Value.Path, read.Folder)).OfType<string>();
        var data = read.LocalDataFiles.Select(file => Path.GetFullPath(file.Value, read.Folder)).SelectMany(file => HarnessTask.FilesOf(file).Prepend(file));
        var statistics = ReferencedStatistics.LocalFilesOf(read).Select(file => Path.GetFullPath(file.Value, read.Folder));
        return models.Concat(data).Concat(statistics).Select(checkout.PathOf);
    }
}
