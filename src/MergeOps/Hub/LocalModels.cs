using MergeOps.Diagnostics;
using MergeOps.Recipes;

namespace MergeOps.Hub;

/// <summary>Finds the folders of models that a recipe names by path.</summary>
internal static class LocalModels
{
    /// <summary>The absolute folder: relative to the recipe's folder, else to the current one; null when neither exists.</summary>
    public static string? Find(ModelReference model, string recipeFolder) =>
        new[] { recipeFolder, Environment.CurrentDirectory }
            .Select(start => Path.GetFullPath(Path.Combine(start, model.Path)))
            .FirstOrDefault(candidate => Directory.Exists(candidate) || File.Exists(candidate));

    /// <summary>The absolute folder of a model.</summary>
    /// <exception cref="MergeOpsException">It does not exist, or is not a local path.</exception>
    public static string Locate(Located<ModelReference> model, string recipeFolder)
    {
        if (Find(model.Value, recipeFolder) is { } folder)
        {
            return model.Value.Revision is null
                ? folder
                : throw new MergeOpsException(
                    Codes.RevisionOfLocalModel,
                    $"'{model.Value.Path}' is a folder here, and a folder has no revision '{model.Value.Revision}'. Remove '@{model.Value.Revision}'.",
                    model.Span);
        }

        throw model.Value.IsExplicitPath
            ? new MergeOpsException(
                Codes.ModelAbsent,
                $"'{model.Value.Path}' is neither in the recipe's folder nor in the current one. Check the path.",
                model.Span)
            : new MergeOpsException(
                Codes.HubNotAvailable,
                $"'{model.Value}' is no folder here, so it names a model on the Hub, which this version cannot fetch yet. Download it and name its folder.",
                model.Span);
    }
}
