using MergeOps.Diagnostics;

namespace MergeOps.Cli.CommandLine;

/// <summary>
/// The recipes that a command line names. Shells expand patterns before this program sees them, except where nothing
/// matches and on Windows; either way a pattern means the same, and one that matches nothing is a mistake.
/// </summary>
internal static class RecipeFiles
{
    private const string LockSuffix = ".lock.yml";

    /// <summary>The files, each once, in the order named; a lock that a pattern caught is passed over.</summary>
    /// <exception cref="MergeOpsException">A pattern matches no recipe, or nothing but locks are named.</exception>
    public static IReadOnlyList<string> Named(IReadOnlyList<string> arguments)
    {
        List<string> files = [.. arguments.SelectMany(Expand).Distinct(StringComparer.Ordinal)];
        List<string> recipes = [.. files.Where(file => !file.EndsWith(LockSuffix, StringComparison.Ordinal))];
        return recipes.Count > 0
            ? recipes
            : throw new MergeOpsException(
                Codes.NoRecipeFound, $"'{files[0]}' is a lock. Its recipe is '{files[0][..^LockSuffix.Length]}.yml'.");
    }

    private static IEnumerable<string> Expand(string argument)
    {
        if (!argument.AsSpan().ContainsAny('*', '?') || Path.Exists(argument))
        {
            return [argument];
        }

        var folder = Path.GetDirectoryName(argument) ?? "";
        var matches = folder.AsSpan().ContainsAny('*', '?') || !Directory.Exists(folder.Length > 0 ? folder : ".")
            ? []
            : Directory.EnumerateFiles(folder.Length > 0 ? folder : ".", Path.GetFileName(argument))
                .Select(file => folder.Length > 0 ? file : Path.GetFileName(file))
                .Where(file => !file.EndsWith(LockSuffix, StringComparison.Ordinal))
                .Order(StringComparer.Ordinal)
                .ToList();
        return matches.Count > 0
            ? matches
            : throw new MergeOpsException(
                Codes.NoRecipeFound, $"'{argument}' matches no recipe. Patterns may have * and ? in the file's name, not in a folder's.");
    }
}
