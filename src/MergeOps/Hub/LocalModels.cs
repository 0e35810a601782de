using MergeOps.Diagnostics;
using MergeOps.Recipes;
using MergeOps.Tensors;

namespace MergeOps.Hub;

/// <summary>Finds the models that a recipe names by path.</summary>
internal static class LocalModels
{
    /// <summary>The absolute path of a model: a folder, or one safetensors file; null when the name can only be one on the Hub.</summary>
    /// <exception cref="MergeOpsException">It is a path, and does not exist or has a revision.</exception>
    public static string? Locate(Located<ModelReference> model, string recipeFolder)
    {
        if (ModelLocation.FindLocal(model.Value, recipeFolder) is { } path)
        {
            return model.Value.Revision is null
                ? path
                : throw new MergeOpsException(
                    Codes.RevisionOfLocalModel,
                    $"'{model.Value.Path}' is a local model here, and that has no revision '{model.Value.Revision}'. Remove '@{model.Value.Revision}'.",
                    model.Span);
        }

        if (model.Value.IsExplicitPath && ForeignFile(model.Value.Path, recipeFolder) is { } foreign)
        {
            throw new MergeOpsException(foreign.Code, $"'{model.Value.Path}': {foreign.Detail}", model.Span);
        }

        return model.Value.IsExplicitPath
            ? throw new MergeOpsException(
                Codes.ModelAbsent,
                $"'{model.Value.Path}' is neither in the recipe's folder nor in the current one. Check the path.",
                model.Span)
            : null;
    }

    // a file that is there and is no safetensors file says more than that nothing is there
    private static (DiagnosticCode Code, string Detail)? ForeignFile(string path, string recipeFolder) =>
        !ModelLocation.IsNetworkPath(path) && (File.Exists(Path.GetFullPath(path, recipeFolder)) || File.Exists(Path.GetFullPath(path)))
            ? ForeignContent.RecogniseName(path)
            : null;
}
