using System.Collections.Immutable;
using MergeOps.Diagnostics;
using MergeOps.Recipes;
using MergeOps.Sources;

namespace MergeOps.Publishing;

/// <summary>Finds what a published recipe tells about the machine that wrote it.</summary>
internal static class PublishedPaths
{
    /// <summary>A warning for each absolute path.</summary>
    public static ImmutableArray<Diagnostic> In(Recipe recipe) =>
    [
        .. from model in ReferencedModels.Of(recipe)
           where Path.IsPathRooted(model.Value.Path)
           select Diagnostic.Warning(
               Codes.PathPublished,
               $"{TerminalText.Quoted(model.Value.Path)} is published with the recipe. A path relative to the recipe tells less.",
               model.Span),
    ];
}
