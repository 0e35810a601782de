using MergeOps.Diagnostics;
using MergeOps.Recipes;
using MergeOps.Tensors;

namespace MergeOps.Sources;

/// <summary>Finds the models that a recipe names by path.</summary>
internal static class LocalModels
{
    /// <summary>The absolute path of a model: a folder, or one safetensors file; null when the name can only be one on the Hub.</summary>
    /// <param name="model">The model.</param>
    /// <param name="folder">Where the recipe's paths of models start.</param>
    /// <exception cref="MergeOpsException">It is a path, and does not exist or has a revision.</exception>
    public static string? Locate(Located<ModelReference> model, string folder)
    {
        if (ModelLocation.FindLocal(model.Value.Path, folder) is { } path)
        {
            return model.Value.Revision is null
                ? path
                : throw new MergeOpsException(
                    Codes.RevisionOfLocalModel,
                    $"'{model.Value.Path}' is a local model, which has no revision '{model.Value.Revision}'. Remove '@{model.Value.Revision}'.",
                    model.Span);
        }

        if (model.Value.IsExplicitPath && ForeignFile(model.Value.Path, folder) is { } foreign)
        {
            throw new MergeOpsException(foreign.Code, $"'{model.Value.Path}': {foreign.Detail}", model.Span);
        }

        return model.Value.IsExplicitPath
            ? throw new MergeOpsException(
                Codes.ModelAbsent,
                $"'{model.Value.Path}' does not exist in {folder}, which the recipe's paths are relative to. Check the path.{NearestPath.Suggestion(model.Value.Path, folder)}",
                model.Span)
            : null;
    }

    /// <summary>Says of a name that will be asked for on the Hub that it may be meant as a path, and where one like it is; null when nothing speaks for that.</summary>
    /// <param name="name">The name of a model that is not on this machine.</param>
    /// <param name="recipeFolder">Where its path would start.</param>
    public static string? LooksMistyped(string name, string recipeFolder)
    {
        var suggestion = NearestPath.Suggestion(name, recipeFolder);
        var folder = name.Split('/') is [var first, _, ..] ? first : null;
        return suggestion.Length > 0 ? $"There is no folder {TerminalText.Quoted(name)} here.{suggestion}"
            : folder is not null && Directory.Exists(Path.GetFullPath(folder, recipeFolder)) ? $"There is a folder {TerminalText.Quoted(folder)} here, but no {TerminalText.Quoted(name)}."
            : null;
    }

    // a file that is there and is no safetensors file says more than that nothing is there
    private static (DiagnosticCode Code, string Detail)? ForeignFile(string path, string folder) =>
        !ModelLocation.IsNetworkPath(path) && File.Exists(Path.GetFullPath(path, folder))
            ? ForeignContent.RecogniseName(path)
            : null;
}
