using System.Collections.Immutable;

namespace MergeOps.Pipeline.Stages;

/// <summary>
/// The recipes among files. A file is only there to be extended when it names nothing to merge, neither itself nor through what
/// it extends, and either no merge method or another of the files extends it; it is checked where it is extended.
/// </summary>
internal static class NamedRecipes
{
    /// <summary>The files that are recipes, in their order.</summary>
    /// <param name="files">The files, or variants of them.</param>
    public static ImmutableArray<string> Among(IReadOnlyCollection<string> files)
    {
        var extended = files.SelectMany(file => ReadRecipe.ParentsOf(file)).Select(Path.GetFullPath).ToHashSet(StringComparer.Ordinal);
        return [.. files.Where(file => !ReadRecipe.IsPart(file, extended.Contains(Path.GetFullPath(file))))];
    }

    /// <summary>Each recipe among files by itself: of a file with variants each of them.</summary>
    public static ImmutableArray<string> Each(IReadOnlyCollection<string> files) => [.. Among(files).SelectMany(file => ReadRecipe.AddressesOf(file))];
}
