using System.Collections.Immutable;
using System.Text;

namespace MergeOps.Tensors;

/// <summary>The files of a model's folder on this machine.</summary>
internal static class LocalFolder
{
    // deep enough for every part of a model that has a folder of its own
    private const int MaxDepth = 2;

    private static readonly EnumerationOptions Everywhere = new()
    {
        RecurseSubdirectories = true,
        MaxRecursionDepth = MaxDepth,
        AttributesToSkip = FileAttributes.Hidden,
    };

    /// <summary>Paths relative to the folder, with forward slashes, in ordinal order; hidden files and deep folders are left out.</summary>
    public static ImmutableArray<string> PathsIn(string folder) =>
    [
        .. new DirectoryInfo(folder)
            .EnumerateFiles("*", Everywhere)
            .Select(file => Path.GetRelativePath(folder, file.FullName).Replace('\\', '/'))
            .Order(StringComparer.Ordinal),
    ];

    /// <summary>The text of a small file without a byte order mark; null when it is not there, or larger.</summary>
    /// <param name="folder">The model's folder.</param>
    /// <param name="file">Relative to it, with forward slashes, free of <c>..</c>.</param>
    /// <param name="largest">Bytes of the largest file that is read.</param>
    /// <exception cref="Diagnostics.MergeOpsException">It is a link that leaves the folder, or cannot be read.</exception>
    public static string? TextOf(string folder, string file, int largest)
    {
        if (!File.Exists(Path.Combine(folder, file)))
        {
            return null;
        }

        using var content = ModelFile.Open(new ModelFolder(folder).Locate(file));
        return content.Length <= largest ? Encoding.UTF8.GetString(content.Read(0, (int)content.Length)).TrimStart('\uFEFF') : null;
    }
}
