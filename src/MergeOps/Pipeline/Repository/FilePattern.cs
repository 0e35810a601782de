using System.IO.Enumeration;
using Microsoft.Extensions.FileSystemGlobbing;

namespace MergeOps.Pipeline.Repository;

/// <summary>
/// A pattern of files' paths with forward slashes: <c>*</c> and <c>?</c> for parts of a file's name, <c>*</c> and <c>**</c>
/// for parts of a folder's name and for any folders. As in shells, no wildcard stands for a folder whose name begins with a
/// dot; and none leads through a link.
/// </summary>
internal sealed class FilePattern
{
    private static readonly EnumerationOptions InFolder = new() { AttributesToSkip = 0, IgnoreInaccessible = true };
    private static readonly EnumerationOptions Below = new() { AttributesToSkip = 0, IgnoreInaccessible = true, RecurseSubdirectories = true };

    private readonly string name;

    // of the folders from the first wildcard on; null where they have none
    private readonly Matcher? folders;

    /// <summary>A pattern as it is written.</summary>
    public FilePattern(string text)
    {
        var parts = text.Split('/');
        parts = parts is [.., "**"] ? [.. parts, "*"] : parts;
        var first = Array.FindIndex(parts, IsWild);
        var plain = first < 0 ? parts.Length - 1 : first;
        (Folder, name) = (parts[..plain] is [""] ? "/." : string.Join('/', parts[..plain]), parts[^1]);
        if (plain < parts.Length - 1)
        {
            folders = new Matcher(StringComparison.Ordinal);
            if (!parts[plain..].Any(part => part is "" or "." or ".."))
            {
                // the library knows no question mark: what it takes for the name is narrowed down by the name itself
                folders.AddInclude(string.Join('/', [.. parts[plain..^1], name.Replace('?', '*')]));
            }
        }
    }

    /// <summary>The folders before the first wildcard; empty where it begins with one, or has no folder.</summary>
    public string Folder { get; }

    /// <summary>Whether a text has wildcards.</summary>
    public static bool IsWild(string text) => text.AsSpan().ContainsAny('*', '?');

    /// <summary>Whether a path is one of the pattern's.</summary>
    public bool Matches(string path) =>
        Folder.Length == 0 ? MatchesBelow(path)
        : path.StartsWith(Folder, StringComparison.Ordinal) && path.Length > Folder.Length && path[Folder.Length] == '/' && MatchesBelow(path[(Folder.Length + 1)..]);

    /// <summary>The files of the pattern, in ordinal order, by their paths as the pattern writes them.</summary>
    /// <param name="root">Where relative patterns start.</param>
    public IEnumerable<string> FilesIn(string root)
    {
        var folder = new DirectoryInfo(Path.GetFullPath(Folder.Length > 0 ? $"{Folder}/" : ".", root));
        if (!folder.Exists)
        {
            return [];
        }

        var files = new FileSystemEnumerable<string>(
            folder.FullName, (ref entry) => Path.GetRelativePath(folder.FullName, entry.ToFullPath()).Replace(Path.DirectorySeparatorChar, '/'), folders is null ? InFolder : Below)
        {
            ShouldIncludePredicate = (ref entry) => !entry.IsDirectory,
            ShouldRecursePredicate = (ref entry) => !entry.FileName.StartsWith('.') && !entry.Attributes.HasFlag(FileAttributes.ReparsePoint),
        };
        return files.Where(MatchesBelow).Order(StringComparer.Ordinal).Select(file => Folder.Length > 0 ? $"{Folder}/{file}" : file);
    }

    private bool MatchesBelow(string path)
    {
        var parts = path.Split('/');
        return FileSystemName.MatchesSimpleExpression(name, parts[^1], ignoreCase: false)
            && (folders is null ? parts.Length == 1 : !parts[..^1].Any(folder => folder.StartsWith('.')) && folders.Match(path).HasMatches);
    }
}
