namespace MergeOps.Recipes;

/// <summary>Where a model that is not on the Hub lies.</summary>
internal static class ModelLocation
{
    /// <summary>
    /// The absolute path of a local model: one that exists relative to the recipe's folder, else relative to the current
    /// folder. Null when there is none, and the reference is then a Hub name (or a mistake, if it is an explicit path).
    /// </summary>
    public static string? FindLocal(ModelReference model, string recipeFolder)
    {
        if (IsNetworkPath(model.Path) || model.Path.Contains("://", StringComparison.Ordinal))
        {
            return null;
        }

        return Model(Path.GetFullPath(model.Path, recipeFolder)) ?? Model(Path.GetFullPath(model.Path));
    }

    /// <summary>Whether a file of whatever kind lies where a local model would.</summary>
    public static bool HasFile(ModelReference model, string recipeFolder) =>
        !IsNetworkPath(model.Path) && (File.Exists(Path.GetFullPath(model.Path, recipeFolder)) || File.Exists(Path.GetFullPath(model.Path)));

    /// <summary>Whether a path names another machine; such paths are refused before anything touches them.</summary>
    public static bool IsNetworkPath(string path) =>
        path.StartsWith(@"\\", StringComparison.Ordinal) || path.StartsWith("//", StringComparison.Ordinal);

    // a folder in Hugging Face layout, or one safetensors file
    private static string? Model(string path) =>
        Directory.Exists(path) || (path.EndsWith(".safetensors", StringComparison.OrdinalIgnoreCase) && File.Exists(path)) ? path : null;
}
