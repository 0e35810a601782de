using MergeOps.Tensors;

namespace MergeOps.Recipes.Composition;

/// <summary>The repository that a file belongs to.</summary>
internal static class RepositoryRoot
{
    /// <summary>The nearest folder above a file that git manages, links followed; null when there is none.</summary>
    public static string? Of(string file)
    {
        var folder = RealPath.Of(file) is { } real ? Path.GetDirectoryName(real) : null;
        while (folder is not null && !Path.Exists(Path.Combine(folder, ".git")))
        {
            folder = Path.GetDirectoryName(folder);
        }

        return folder;
    }

    /// <summary>Whether a file really lies in a folder.</summary>
    public static bool Holds(string root, string file) =>
        RealPath.Of(file) is { } real && real.StartsWith(Path.TrimEndingDirectorySeparator(root) + Path.DirectorySeparatorChar, StringComparison.Ordinal);
}
