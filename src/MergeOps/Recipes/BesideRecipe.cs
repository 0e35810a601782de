namespace MergeOps.Recipes;

/// <summary>The files that lie beside a recipe under its name, and are no recipes.</summary>
internal static class BesideRecipe
{
    private const string Extension = ".yml";
    private const string Locked = ".lock" + Extension;
    private const string ChosenNumbers = ".chosen" + Extension;
    private const string Measured = ".statistics";

    /// <summary>The path of a recipe's lock; the variants of a file share one.</summary>
    /// <param name="recipe">The recipe's file, or a variant of it.</param>
    public static string Lock(string recipe) => Path.ChangeExtension(RecipeAddress.FileOf(recipe), Locked);

    /// <summary>The path of the numbers that a search chose for a recipe; each variant of a file has its own.</summary>
    /// <param name="recipe">The recipe's file, or a variant of it.</param>
    public static string Chosen(string recipe) =>
        RecipeAddress.Of(recipe) is var (file, variant) && variant is null ? Path.ChangeExtension(file, ChosenNumbers) : Path.ChangeExtension(file, $".{variant}{ChosenNumbers}");

    /// <summary>The folder of what was measured of a recipe's models; the variants of a file share one.</summary>
    /// <param name="recipe">The recipe's file, or a variant of it.</param>
    public static string Statistics(string recipe) => Path.ChangeExtension(RecipeAddress.FileOf(recipe), Measured);

    /// <summary>Whether a folder is one of what was measured of some recipe's models, by its name.</summary>
    public static bool IsStatistics(string folder) => folder.EndsWith(Measured, StringComparison.Ordinal);

    /// <summary>What a file that is no recipe is, and the recipe that it lies beside; null for any other file.</summary>
    public static (string Words, string Recipe)? Of(string path) =>
        path.EndsWith(Locked, StringComparison.Ordinal) ? ("a lock", path[..^Locked.Length] + Extension)
        : path.EndsWith(ChosenNumbers, StringComparison.Ordinal) ? ("a file of chosen numbers", path[..^ChosenNumbers.Length] + Extension)
        : null;
}
