using System.Collections.Immutable;
using MergeOps.Diagnostics;
using MergeOps.Recipes;
using MergeOps.Sources;
using MergeOps.Tensors;

namespace MergeOps.Pipeline.Repository;

/// <summary>
/// Where the recipes of a checkout may lead: into the repository, and into folders outside of it that its settings name. Anybody
/// may write a pull request's recipe, and what it names is read, or published to, on the machine that runs it.
/// </summary>
/// <param name="root">The absolute folder of the checkout.</param>
/// <param name="settings">The settings of the branch that the recipes go into.</param>
internal sealed class RepositoryBounds(string root, RepositorySettings settings)
{
    /// <summary>Whether nothing leads beyond; an error for each path that does.</summary>
    /// <param name="recipe">The recipe, as far as it could be read.</param>
    /// <param name="found">Takes the errors.</param>
    public bool Check(Recipe recipe, DiagnosticBag found)
    {
        var beyond = PathsOf(recipe).Where(path => !IsInside(path.Value, recipe) && !IsAllowed(path.Value, recipe)).DistinctBy(path => path.Span).ToList();
        foreach (var path in beyond)
        {
            found.Error(
                Codes.PolicyRefused,
                $"{TerminalText.Quoted(path.Value)} leads outside the repository. A recipe may use files outside it only in folders that 'outside_folders' in {RepositorySettings.Path} lists.",
                path.Span);
        }

        return beyond.Count == 0;
    }

    /// <summary>The paths that lead out of the repository with the settings' leave, as the recipe writes them.</summary>
    public ImmutableArray<string> Outside(Recipe recipe) =>
        [.. PathsOf(recipe).Where(path => !IsInside(path.Value, recipe)).Select(path => path.Value).Distinct(StringComparer.Ordinal)];

    // a name that is no path here, and cannot mean one, is looked up on the Hub
    private static IEnumerable<Located<string>> PathsOf(Recipe recipe) =>
    [
        .. recipe.Documents.SelectMany(ReferencedModels.MentionsIn)
            .SelectMany(model => model.Value.Adapters.Prepend(model.Value.WithoutAdapters).Select(part => model with { Value = part }))
            .Where(model => !model.Value.IsStage)
            .Where(model => model.Value.IsExplicitPath || ModelLocation.FindLocal(model.Value.Path, recipe.ModelsFolder) is not null)
            .Select(model => new Located<string>(model.Value.Path, model.Span)),
        .. recipe.LocalDataFiles,
        .. ReferencedStatistics.LocalFilesOf(recipe),
        .. recipe.Publish?.Paths ?? [],
    ];

    // an absolute path means another place on every machine, whatever it means here
    private bool IsInside(string path, Recipe recipe) =>
        !Path.IsPathRooted(path) && IsBelow(Path.GetFullPath(path, recipe.Folder), root) && IsReallyBelow(path, root, recipe);

    private bool IsAllowed(string path, Recipe recipe) => settings.OutsideFolders.Any(folder => IsReallyBelow(path, folder, recipe));

    private static bool IsReallyBelow(string path, string folder, Recipe recipe) =>
        RealPath.Of(Path.GetFullPath(path, recipe.Folder)) is { } place && RealPath.Of(folder) is { } realFolder && IsBelow(place, realFolder);

    private static bool IsBelow(string place, string folder) =>
        place == folder || place.StartsWith(Path.TrimEndingDirectorySeparator(folder) + Path.DirectorySeparatorChar, StringComparison.Ordinal);
}
