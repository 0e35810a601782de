using MergeOps.Tensors;

namespace MergeOps.Recipes;

/// <summary>Where a model that is not on the Hub lies. Every path of a recipe starts at the recipe's folder, whatever the current one is.</summary>
internal static class ModelLocation
{
    /// <summary>
    /// The absolute path of a local model: one that exists relative to a folder. Null when there is none, and the reference
    /// is then a Hub name (or a mistake, if it is an explicit path).
    /// </summary>
    public static string? FindLocal(string path, string folder) =>
        IsNetworkPath(path) || path.Contains("://", StringComparison.Ordinal) ? null : Model(Path.GetFullPath(path, folder));

    /// <summary>
    /// How a recipe names a model that lies where the text leads from the current folder, and not from the recipe's; null
    /// when there is none.
    /// </summary>
    public static string? SpellingOf(string path, string recipeFolder) =>
        FindLocal(path, recipeFolder) is null && FindLocal(path, Environment.CurrentDirectory) is { } place ? Spelling(place, recipeFolder) : null;

    /// <summary>How a recipe names a file or folder: relative, with forward slashes.</summary>
    public static string Spelling(string place, string recipeFolder)
    {
        var relative = Path.GetRelativePath(recipeFolder, place).Replace('\\', '/');
        return relative.StartsWith('.') || Path.IsPathRooted(relative) ? relative : "./" + relative;
    }

    /// <summary>Whether a file of whatever kind lies where a local model would.</summary>
    public static bool HasFile(string path, string folder) => !IsNetworkPath(path) && File.Exists(Path.GetFullPath(path, folder));

    /// <summary>Whether a text can only mean a local path: it begins with <c>./</c>, <c>../</c>, <c>/</c> or a drive letter.</summary>
    public static bool IsExplicitPath(string path) =>
        path is "." or ".."
        || path.StartsWith("./", StringComparison.Ordinal) || path.StartsWith("../", StringComparison.Ordinal)
        || path.StartsWith('/')
        || (path.Length >= 2 && char.IsAsciiLetter(path[0]) && path[1] == ':');

    /// <summary>Whether a path names another machine; such paths are refused before anything touches them.</summary>
    public static bool IsNetworkPath(string path) =>
        path.StartsWith(@"\\", StringComparison.Ordinal) || path.StartsWith("//", StringComparison.Ordinal);

    // a folder in Hugging Face layout, or one weight file
    private static string? Model(string path) =>
        Directory.Exists(path) || ((path.EndsWith(ModelFileNames.WeightsEnding, StringComparison.OrdinalIgnoreCase) || TorchFile.IsName(path)) && File.Exists(path)) ? path : null;
}
