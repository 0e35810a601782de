using System.Collections.Immutable;
using MergeOps.Pipeline.Repository;
using MergeOps.Recipes;

namespace MergeOps.GitHub.Events;

/// <summary>Which files of a repository are recipes: patterns from the repository's root, and none of the files beside them. A pattern may name one variant of a file, as in <c>recipes/family.yml#xs</c>.</summary>
internal sealed class RecipePatterns(IEnumerable<string> patterns)
{
    private readonly ImmutableArray<(FilePattern Files, string? Variant)> all =
    [
        // the name of a file may have the mark, too
        .. patterns.Select(Plain).Distinct(StringComparer.Ordinal).SelectMany(pattern => new[] { new RecipeAddress(pattern, null), RecipeAddress.Of(pattern) }.Distinct())
            .Select(address => (new FilePattern(address.Path), address.Variant)),
    ];

    /// <summary>Whether a path of the repository, with forward slashes, is a recipe's.</summary>
    public bool Matches(string path) => BesideRecipe.Of(path) is null && all.Any(pattern => pattern.Files.Matches(path));

    /// <summary>Whether a recipe is meant, of a file that is.</summary>
    /// <param name="file">Its file from the repository's root, with forward slashes.</param>
    /// <param name="variant">Its variant; null where the file has none.</param>
    public bool Names(string file, string? variant) => all.Any(pattern => (pattern.Variant is null || pattern.Variant == variant) && pattern.Files.Matches(file));

    /// <summary>The recipes below a folder, in ordinal order, by their paths from it. Links are passed over.</summary>
    public IReadOnlyList<string> Find(string root) =>
    [
        .. all
            .SelectMany(pattern => pattern.Files.FilesIn(root))
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
