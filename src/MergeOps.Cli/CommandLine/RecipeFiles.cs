using MergeOps.Diagnostics;
using MergeOps.Pipeline.Repository;
using MergeOps.Pipeline.Stages;
using MergeOps.Recipes;

namespace MergeOps.Cli.CommandLine;

/// <summary>
/// The recipes that a command line names. Shells expand patterns before this program sees them, except where nothing
/// matches and on Windows; either way a pattern means the same, and one that matches nothing is a mistake.
/// </summary>
internal static class RecipeFiles
{
    /// <summary>The files, each once, in the order named; what lies beside them or is only there to be extended, and a pattern caught, is passed over.</summary>
    /// <exception cref="MergeOpsException">A pattern matches no recipe, or nothing but files beside recipes are named.</exception>
    public static IReadOnlyList<string> Named(IReadOnlyList<string> arguments)
    {
        List<string> files = [.. arguments.SelectMany(Expand).Distinct(StringComparer.Ordinal)];
        List<string> recipes = [.. files.Where(file => BesideRecipe.Of(file) is null)];
        return recipes.Count > 0
            ? NamedRecipes.Among(recipes) is { IsEmpty: false } whole ? whole : recipes
            : throw new MergeOpsException(
                Codes.NoRecipeFound, $"'{files[0]}' is {BesideRecipe.Of(files[0])!.Value.Words}. Its recipe is '{BesideRecipe.Of(files[0])!.Value.Recipe}'.");
    }

    private static IEnumerable<string> Expand(string argument)
    {
        if (!FilePattern.IsWild(argument) || Path.Exists(argument))
        {
            return [argument];
        }

        var pattern = OperatingSystem.IsWindows() ? argument.Replace('\\', '/') : argument;
        List<string> matches = [.. new FilePattern(pattern).FilesIn(Environment.CurrentDirectory).Where(file => BesideRecipe.Of(file) is null)];
        return matches.Count > 0
            ? matches
            : throw new MergeOpsException(
                Codes.NoRecipeFound, $"'{argument}' matches no recipe. In a pattern, * and ? stand for parts of a file or folder name, and ** for any folders: 'recipes/**/*.yml'.");
    }
}
