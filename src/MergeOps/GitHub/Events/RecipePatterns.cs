using System.Collections.Immutable;
using MergeOps.Pipeline.Repository;
using MergeOps.Recipes;

namespace MergeOps.GitHub.Events;

/// <summary>Which files of a repository are recipes: patterns from the repository's root, and none of the files beside them.</summary>
internal sealed class RecipePatterns(IEnumerable<string> patterns)
{
    private readonly ImmutableArray<FilePattern> all = [.. patterns.Select(Plain).Distinct(StringComparer.Ordinal).Select(pattern => new FilePattern(pattern))];

    /// <summary>Whether a path of the repository, with forward slashes, is a recipe's.</summary>
    public bool Matches(string path) => BesideRecipe.Of(path) is null && all.Any(pattern => pattern.Matches(path));

    /// <summary>The recipes below a folder, in ordinal order, by their paths from it. Links are passed over.</summary>
    public IReadOnlyList<string> Find(string root) =>
    [
        .. all
            .SelectMany(pattern => pattern.FilesIn(root))
            .Where(path => BesideRecipe.Of(path) is null && new FileInfo(Path.Combine(root, path)).LinkTarget is null)
            .Distinct(StringComparer.Ordinal)
            .Order(StringComparer.Ordinal),
    ];

    /// <summary>The patterns below a folder of the repository.</summary>
    /// <param name="patterns">The patterns, from that folder.</param>
    /// <param name="folder">The folder from the repository's root; empty for the root.</param>
    public static RecipePatterns Below(string folder, IEnumerable<string> patterns) =>
        new(patterns.Select(pattern => folder.Length > 0 ? $"{folder}/{Plain(pattern)}" : pattern));

    private static string Plain(string pattern)
    {
        var plain = pattern.Replace('\\', '/');
        return plain.StartsWith("./", StringComparison.Ordinal) ? plain[2..] : plain;
    }
}
