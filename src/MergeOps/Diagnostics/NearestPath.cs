namespace MergeOps.Diagnostics;

/// <summary>Finds the file or folder that a misspelled path most likely means.</summary>
internal static class NearestPath
{
    // a folder with more entries is no place where somebody types names
    private const int MostEntries = 2000;

    /// <summary>The text « Did you mean 'x'?» with a leading space, or an empty text; never throws.</summary>
    /// <param name="path">As somebody wrote it.</param>
    /// <param name="folder">Where relative paths start.</param>
    public static string Suggestion(string path, string folder)
    {
        try
        {
            return Of(path, Path.GetFullPath(folder)) is { } nearest ? $" Did you mean {TerminalText.Quoted(nearest)}?" : "";
        }
        catch (Exception refusal) when (refusal is IOException or UnauthorizedAccessException or ArgumentException)
        {
            return "";
        }
    }

    private static string? Of(string path, string folder)
    {
        var full = Path.TrimEndingDirectorySeparator(Path.GetFullPath(path, folder));
        var missing = full;
        while (Path.GetDirectoryName(missing) is { } above && !Path.Exists(above))
        {
            missing = above;
        }

        if (Path.GetDirectoryName(missing) is not { } parent || !Directory.Exists(parent))
        {
            return null;
        }

        var entries = Directory.EnumerateFileSystemEntries(parent).Take(MostEntries).Select(entry => Path.GetFileName(entry));
        if (NearestName.Of(Path.GetFileName(missing), entries) is not { } nearest || nearest == Path.GetFileName(missing))
        {
            return null;
        }

        var meant = Path.Combine(parent, nearest) + full[missing.Length..];
        return !Path.Exists(meant) ? null
            : Path.IsPathRooted(path) ? meant
            : (path.StartsWith("./", StringComparison.Ordinal) ? "./" : "") + Path.GetRelativePath(folder, meant).Replace('\\', '/');
    }
}
