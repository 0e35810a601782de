using System.Collections.Immutable;
using MergeOps.Diagnostics;
using MergeOps.Recipes;
using MergeOps.Sources;

namespace MergeOps.Publishing;

/// <summary>Finds what a published recipe tells about the machine that wrote it, or about secrets.</summary>
internal static class PublishedPaths
{
    /// <summary>A warning for each absolute path, and one for the value of a secret.</summary>
    public static ImmutableArray<Diagnostic> In(Recipe recipe) =>
    [
        .. from part in ReferencedModels.PartsOf(recipe)
           let model = part.Model
           where Path.IsPathRooted(model.Value.Path)
           select Diagnostic.Warning(
               Codes.PathPublished,
               $"{TerminalText.Quoted(model.Value.Path)} is published with the recipe. A path relative to the recipe reveals less.",
               model.Span),
        .. HoldsSecret(recipe) ? [Diagnostic.Warning(
            Codes.SecretFound,
            "The recipe holds the value of a secret from an environment variable, which would be published. Unless that is a coincidence, remove it, and revoke it.",
            SourceSpan.File(recipe.Path))] : Array.Empty<Diagnostic>(),
    ];

    // a short value may be an ordinary word, so that nothing is refused for it
    private static bool HoldsSecret(Recipe recipe) => SecretText.Redact(recipe.Text) != recipe.Text;
}
