using System.Collections.Immutable;
using System.IO.Enumeration;

namespace MergeOps.GitHub.Events;

/// <summary>Which files of a repository are recipes: patterns with <c>*</c> and <c>?</c> in the file's name, from the repository's root.</summary>
internal sealed class RecipePatterns(IEnumerable<string> patterns)
{
    private const string LockSuffix = ".lock.yml";

    private readonly ImmutableArray<(string Folder, string Name)> parts = [.. patterns.Select(Split).Distinct()];

    /// <summary>Whether a path of the repository, with forward slashes, is a recipe's.</summary>
    public bool Matches(string path)
    {
        var (folder, name) = Split(path);
        return !name.EndsWith(LockSuffix, StringComparison.Ordinal)
            && parts.Any(part => part.Folder == folder && FileSystemName.MatchesSimpleExpression(part.Name, name, ignoreCase: false));
    }

    /// <summary>The recipes below a folder, in ordinal order, by their paths from it. Links are passed over.</summary>
    public IReadOnlyList<string> Find(string root) =>
    [
        .. parts
            .Select(part => part.Folder)
            .Distinct(StringComparer.Ordinal)
            .Select(folder => (folder, files: new DirectoryInfo(Path.Combine(root, folder))))
            .Where(found => found.files.Exists)
            .SelectMany(found => found.files.EnumerateFiles()
                .Where(file => file.LinkTarget is null)
                .Select(file => found.folder.Length > 0 ? $"{found.folder}/{file.Name}" : file.Name))
            .Where(Matches)
            .Order(StringComparer.Ordinal),
    ];

    /// <summary>The patterns below a folder of the repository.</summary>
    /// <param name="patterns">The patterns, from that folder.</param>
    /// <param name="folder">The folder from the repository's root; empty for the root.</param>
    public static RecipePatterns Below(string folder, IEnumerable<string> patterns) =>
        new(patterns.Select(pattern => folder.Length > 0 ? $"{folder}/{pattern}" : pattern));

    private static (string Folder, string Name) Split(string path)
    {
        var plain = path.Replace('\\', '/');
        plain = plain.StartsWith("./", StringComparison.Ordinal) ? plain[2..] : plain;
        var slash = plain.LastIndexOf('/');
        return slash < 0 ? ("", plain) : (plain[..slash], plain[(slash + 1)..]);
    }
}
