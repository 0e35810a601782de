using MergeOps.Tensors;

namespace MergeOps.Recipes;

/// <summary>Where a model that is not on the Hub lies. Every path of a recipe starts at the recipe's folder, whatever the current one is.</summary>
internal static class ModelLocation
{
    /// <summary>
    /// The absolute path of a local model: one that exists relative to a folder. Null when there is none, and the reference
    /// is then a Hub name (or a mistake, if it is an explicit path).
    /// </summary>
    public static string? FindLocal(ModelReference model, string folder) =>
        IsNetworkPath(model.Path) || model.Path.Contains("://", StringComparison.Ordinal) ? null : Model(Path.GetFullPath(model.Path, folder));

    /// <summary>
    /// How a recipe names a model that lies where the text leads from the current folder, and not from the recipe's; null
    /// when there is none.
    /// </summary>
    public static string? Spelling(ModelReference model, string recipeFolder) =>
        FindLocal(model, recipeFolder) is null && FindLocal(model, Environment.CurrentDirectory) is { } place ? Spelling(place, recipeFolder) : null;

    /// <summary>How a recipe names a file or folder: relative, with forward slashes.</summary>
    public static string Spelling(string place, string recipeFolder)
    {
        var relative = Path.GetRelativePath(recipeFolder, place).Replace('\\', '/');
        return relative.StartsWith('.') || Path.IsPathRooted(relative) ? relative : "./" + relative;
    }

    /// <summary>Whether a file of whatever kind lies where a local model would.</summary>
    public static bool HasFile(ModelReference model, string folder) => !IsNetworkPath(model.Path) && File.Exists(Path.GetFullPath(model.Path, folder));

    /// <summary>Whether a path names another machine; such paths are refused before anything touches them.</summary>
    public static bool IsNetworkPath(string path) =>
        path.StartsWith(@"\\", StringComparison.Ordinal) || path.StartsWith("//", StringComparison.Ordinal);

    // a folder in Hugging Face layout, or one weight file
    private static string? Model(string path) =>
        Directory.Exists(path) || ((path.EndsWith(ModelFileNames.WeightsEnding, StringComparison.OrdinalIgnoreCase) || TorchFile.IsName(path)) && File.Exists(path)) ? path : null;
}
