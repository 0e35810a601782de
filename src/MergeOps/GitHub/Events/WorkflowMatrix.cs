using System.Text.Json;
using MergeOps.Diagnostics;

namespace MergeOps.GitHub.Events;

/// <summary>
/// The value of <c>strategy.matrix</c> that gives each recipe a job of its own:
/// <c>{"include":[{"recipe":"recipes/a.yml","name":"a"}]}</c>, on one line, because outputs of jobs are compared as texts.
/// </summary>
internal static class WorkflowMatrix
{
    /// <summary>The most jobs that GitHub starts from one matrix.</summary>
    public const int MostJobs = 256;

    /// <summary>The matrix of recipes.</summary>
    /// <param name="recipes">Their paths, in the order of the jobs; none gives a matrix without jobs.</param>
    /// <exception cref="MergeOpsException">There are more recipes than a matrix may have jobs.</exception>
    public static string Of(IReadOnlyCollection<string> recipes) => recipes.Count <= MostJobs
        ? JsonSerializer.Serialize(
            new { Include = recipes.Select(recipe => new { Recipe = Portable(recipe), Name = Path.GetFileNameWithoutExtension(recipe) }) },
            JsonSerializerOptions.Web)
        : throw new MergeOpsException(
            Codes.MatrixTooLarge, $"There are {recipes.Count} recipes, and GitHub starts at most {MostJobs} jobs from one matrix. Name fewer of them.");

    private static string Portable(string path) => OperatingSystem.IsWindows() ? path.Replace('\\', '/') : path;
}
