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

        var beside = Path.GetFullPath(model.Path, recipeFolder);
        if (Path.Exists(beside))
        {
            return beside;
        }

        var here = Path.GetFullPath(model.Path);
        return Path.Exists(here) ? here : null;
    }

    /// <summary>Whether a path names another machine; such paths are refused before anything touches them.</summary>
    public static bool IsNetworkPath(string path) =>
        path.StartsWith(@"\\", StringComparison.Ordinal) || path.StartsWith("//", StringComparison.Ordinal);
}
