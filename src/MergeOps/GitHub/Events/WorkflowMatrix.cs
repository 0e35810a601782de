using System.Text.Json;
using MergeOps.Diagnostics;
using MergeOps.Recipes;

namespace MergeOps.GitHub.Events;

/// <summary>
/// The value of <c>strategy.matrix</c> that gives each recipe a job of its own:
/// <c>{"include":[{"recipe":"recipes/a.yml","name":"a"}]}</c>, on one line, because outputs of jobs are compared as texts.
/// Recipes whose files have the same name are told apart by their paths.
/// </summary>
internal static class WorkflowMatrix
{
    /// <summary>The most jobs that GitHub starts from one matrix.</summary>
    public const int MostJobs = 256;

    /// <summary>The matrix of recipes.</summary>
    /// <param name="recipes">Their paths, in the order of the jobs; none gives a matrix without jobs.</param>
    /// <exception cref="MergeOpsException">There are more recipes than a matrix may have jobs.</exception>
    public static string Of(IReadOnlyCollection<string> recipes)
    {
        var namesakes = recipes.ToLookup(NameOf, StringComparer.OrdinalIgnoreCase);
        return recipes.Count <= MostJobs
            ? JsonSerializer.Serialize(
                new { Include = recipes.Select(recipe => new { Recipe = Portable(recipe), Name = namesakes[NameOf(recipe)].Skip(1).Any() ? Portable(PlaceOf(recipe)) : NameOf(recipe) }) },
                JsonSerializerOptions.Web)
            : throw new MergeOpsException(
                Codes.MatrixTooLarge, $"There are {recipes.Count} recipes, and GitHub starts at most {MostJobs} jobs from one matrix. Name fewer of them.");
    }

    private static string NameOf(string recipe) => Path.GetFileName(PlaceOf(recipe));

    private static string PlaceOf(string recipe) =>
        RecipeAddress.Of(recipe) is var address && Path.ChangeExtension(address.Path, null) is var place && address.Variant is { } variant ? $"{place}-{variant}" : place;

    private static string Portable(string path) => OperatingSystem.IsWindows() ? path.Replace('\\', '/') : path;
}
