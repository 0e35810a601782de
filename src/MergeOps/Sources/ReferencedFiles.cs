using System.Collections.Immutable;
using MergeOps.Diagnostics;
using MergeOps.Recipes;
using MergeOps.Sources.Locking;

namespace MergeOps.Sources;

/// <summary>The single files on the Hub that a recipe names.</summary>
internal static class ReferencedFiles
{
    /// <summary>Those of a recipe and its stages, each once.</summary>
    public static ImmutableArray<ReferencedFile> Of(Recipe recipe) =>
    [
        .. recipe.Documents.SelectMany(document => document.DataFiles)
            .Where(file => HubFileReference.IsOne(file.Value))
            .Select(file => new ReferencedFile(file, LockedKind.Dataset))
            .Concat(recipe.Documents.SelectMany(ReferencedStatistics.Of).Where(need => need.IsOnHub).Select(need => need.File))
            .DistinctBy(file => (file.Kind, file.Location.Value)),
    ];

    /// <summary>All that a lock has for a recipe: its models, its adapters and these files.</summary>
    public static IEnumerable<(LockedKind Kind, string Location)> AllLocked(Recipe recipe) =>
        ReferencedModels.PartsOf(recipe).Select(part => (part.Kind, part.Model.Value.ToString()))
            .Concat(Of(recipe).Select(file => (file.Kind, file.Location.Value)))
            .Concat(recipe.Documents.SelectMany(ReferencedStatistics.Of).Where(need => !need.IsOnHub).Select(need => (need.File.Kind, need.Location.Value)))
            .Distinct();
}

/// <summary>A single file that a recipe names.</summary>
/// <param name="Location">Its address, and the place of its first mention.</param>
/// <param name="Kind">What it is in a lock.</param>
internal sealed record ReferencedFile(Located<string> Location, LockedKind Kind);
