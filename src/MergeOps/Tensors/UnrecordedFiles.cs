namespace MergeOps.Tensors;

/// <summary>Files in a model's folder that nothing records.</summary>
internal static class UnrecordedFiles
{
    // what systems and git put into folders
    private static readonly string[] Ordinary = [".git", ".gitattributes", ".gitignore", ".github", ".cache"];

    /// <summary>Their paths from the folder, with forward slashes; what systems and git put into folders does not count.</summary>
    /// <param name="folder">The folder.</param>
    /// <param name="known">The paths that are recorded.</param>
    public static IEnumerable<string> In(string folder, IReadOnlySet<string> known) => new DirectoryInfo(folder).EnumerateFileSystemInfos()
        .Where(entry => !Ordinary.Contains(entry.Name, StringComparer.Ordinal))
        .SelectMany(FilesOf)
        .Select(file => Path.GetRelativePath(Path.GetFullPath(folder), file).Replace('\\', '/'))
        .Where(file => !known.Contains(file));

    // A link to a folder counts as one file, so that a circle of links has an end.
    private static IEnumerable<string> FilesOf(FileSystemInfo entry) =>
        entry is DirectoryInfo { LinkTarget: null } subfolder
            ? subfolder.EnumerateFileSystemInfos().SelectMany(FilesOf)
            : [entry.FullName];
}
