using System.Collections.Immutable;
using System.Text;

namespace MergeOps.TestHub.Storage;

/// <summary>How files become part of a repository.</summary>
internal static class RepositoryFiles
{
    /// <summary>The most that git itself holds; anything larger goes to LFS.</summary>
    public const long RegularLimit = 10 * 1024 * 1024;

    /// <summary>Stores a file as the attributes and its size demand.</summary>
    public static StoredFile Store(string path, Content content, byte[]? attributes) =>
        content.Length > RegularLimit || (content.Length > 0 && attributes is not null && GitPatterns.IsLfs(Encoding.UTF8.GetString(attributes), path))
            ? StoredFile.Lfs(content)
            : StoredFile.Regular(content.ReadAll());

    /// <summary>A tree of given files; <c>.gitattributes</c> is added where it is missing.</summary>
    public static ImmutableSortedDictionary<string, StoredFile> Tree(IReadOnlyDictionary<string, Content> files)
    {
        var attributes = files.GetValueOrDefault(".gitattributes")?.ReadAll() ?? GitPatterns.DefaultAttributes;
        return files
            .Select(file => KeyValuePair.Create(file.Key, Store(file.Key, file.Value, attributes)))
            .Append(KeyValuePair.Create(".gitattributes", StoredFile.Regular(attributes)))
            .DistinctBy(file => file.Key)
            .ToImmutableSortedDictionary(StringComparer.Ordinal);
    }

    /// <summary>Everything in a folder by its path with forward slashes.</summary>
    public static Dictionary<string, Content> InFolder(string folder) =>
        Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories).ToDictionary(
            path => Path.GetRelativePath(folder, path).Replace('\\', '/'),
            Content (path) => new FileContent(path),
            StringComparer.Ordinal);
}
