using System.Collections.Immutable;
using MergeOps.Pipeline.Repository;

namespace MergeOps.GitHub.Events;

/// <summary>Which files of a repository are recipes: patterns from the repository's root, and no locks.</summary>
internal sealed class RecipePatterns(IEnumerable<string> patterns)
{
    private const string LockSuffix = ".lock.yml";

    private readonly ImmutableArray<FilePattern> all = [.. patterns.Select(Plain).Distinct(StringComparer.Ordinal).Select(pattern => new FilePattern(pattern))];

    /// <summary>Whether a path of the repository, with forward slashes, is a recipe's.</summary>
    public bool Matches(string path) => !IsLock(path) && all.Any(pattern => pattern.Matches(path));

    /// <summary>The recipes below a folder, in ordinal order, by their paths from it. Links are passed over.</summary>
    public IReadOnlyList<string> Find(string root) =>
    [
        .. all
            .SelectMany(pattern => pattern.FilesIn(root))
            .Where(path => !IsLock(path) && new FileInfo(Path.Combine(root, path)).LinkTarget is null)
            .Distinct(StringComparer.Ordinal)
            .Order(StringComparer.Ordinal),
    ];

    /// <summary>The patterns below a folder of the repository.</summary>
    /// <param name="patterns">The patterns, from that folder.</param>
    /// <param name="folder">The folder from the repository's root; empty for the root.</param>
    public static RecipePatterns Below(string folder, IEnumerable<string> patterns) =>
        new(patterns.Select(pattern => folder.Length > 0 ? $"{folder}/{Plain(pattern)}" : pattern));

    private static bool IsLock(string path) => path.EndsWith(LockSuffix, StringComparison.Ordinal);

    private static string Plain(string pattern)
    {
        var plain = pattern.Replace('\\', '/');
        return plain.StartsWith("./", StringComparison.Ordinal) ? plain[2..] : plain;
    }
}
