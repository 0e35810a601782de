using System.Collections.Immutable;

namespace MergeOps.Architectures;

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
}
