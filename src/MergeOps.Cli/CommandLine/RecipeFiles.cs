using MergeOps.Diagnostics;
using MergeOps.Pipeline.Repository;
using MergeOps.Pipeline.Stages;

namespace MergeOps.Cli.CommandLine;

/// <summary>
/// The recipes that a command line names. Shells expand patterns before this program sees them, except where nothing
/// matches and on Windows; either way a pattern means the same, and one that matches nothing is a mistake.
/// </summary>
internal static class RecipeFiles
{
    private const string LockSuffix = ".lock.yml";

    /// <summary>The files, each once, in the order named; a lock or a file that is only there to be extended, which a pattern caught, is passed over.</summary>
    /// <exception cref="MergeOpsException">A pattern matches no recipe, or nothing but locks are named.</exception>
    public static IReadOnlyList<string> Named(IReadOnlyList<string> arguments)
    {
        List<string> files = [.. arguments.SelectMany(Expand).Distinct(StringComparer.Ordinal)];
        List<string> recipes = [.. files.Where(file => !file.EndsWith(LockSuffix, StringComparison.Ordinal))];
        return recipes.Count > 0
            ? NamedRecipes.Among(recipes) is { IsEmpty: false } whole ? whole : recipes
            : throw new MergeOpsException(
                Codes.NoRecipeFound, $"'{files[0]}' is a lock. Its recipe is '{files[0][..^LockSuffix.Length]}.yml'.");
    }

    private static IEnumerable<string> Expand(string argument)
    {
        if (!FilePattern.IsWild(argument) || Path.Exists(argument))
        {
            return [argument];
        }

        var pattern = OperatingSystem.IsWindows() ? argument.Replace('\\', '/') : argument;
        List<string> matches = [.. new FilePattern(pattern).FilesIn(Environment.CurrentDirectory).Where(file => !file.EndsWith(LockSuffix, StringComparison.Ordinal))];
        return matches.Count > 0
            ? matches
            : throw new MergeOpsException(
                Codes.NoRecipeFound, $"'{argument}' matches no recipe. In a pattern, * and ? stand for parts of a file's name, * also for parts of a folder's, and ** for any folders: 'recipes/**/*.yml'.");
    }
}
