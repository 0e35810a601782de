using System.Text.Json;
using System.Text.Json.Serialization;
using MergeOps.Diagnostics;
using MergeOps.Pipeline.Repository;
using MergeOps.Pipeline.Stages;
using MergeOps.Publishing;
using MergeOps.Recipes;

namespace MergeOps.GitHub.Events;

/// <summary>
/// The value of <c>strategy.matrix</c> that gives each recipe a job of its own:
/// <c>{"include":[{"recipe":"recipes/a.yml","name":"a","group":"hub:ACME/A"}]}</c>, on one line, because outputs of jobs are
/// compared as texts. Recipes whose files have the same name are told apart by their paths; those that publish to one place
/// have the same group, by which their jobs take turns.
/// </summary>
internal static class WorkflowMatrix
{
    /// <summary>The most jobs that GitHub starts from one matrix.</summary>
    public const int MostJobs = 256;

    private static readonly JsonSerializerOptions Format = new(JsonSerializerDefaults.Web) { DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull };

    // GitHub takes names of at most 400 characters, ours before it among them
    private const int LongestGroup = 300;

    /// <summary>The matrix of recipes.</summary>
    /// <param name="recipes">Their paths, in the order of the jobs; none gives a matrix without jobs.</param>
    /// <param name="root">The folder where the paths start.</param>
    /// <param name="runners">The machines of their stages, which the entries name as <c>merge</c>, <c>evaluate</c> and <c>publish</c>; null where one machine does all.</param>
    /// <exception cref="MergeOpsException">There are more recipes than a matrix may have jobs.</exception>
    public static string Of(IReadOnlyCollection<string> recipes, string root, StageRunners? runners = null)
    {
        var namesakes = recipes.ToLookup(NameOf, StringComparer.OrdinalIgnoreCase);
        return recipes.Count <= MostJobs
            ? JsonSerializer.Serialize(
                new
                {
                    Include = recipes.Select(recipe => new
                    {
                        Recipe = Portable(recipe),
                        Name = namesakes[NameOf(recipe)].Skip(1).Any() ? Portable(PlaceOf(recipe)) : NameOf(recipe),
                        Group = GroupOf(recipe, Path.GetFullPath(root)),
                        runners?.Merge,
                        runners?.Evaluate,
                        runners?.Publish,
                    }),
                },
                Format)
            : throw new MergeOpsException(
                Codes.MatrixTooLarge, $"There are {recipes.Count} recipes, and GitHub starts at most {MostJobs} jobs from one matrix. Name fewer of them.");
    }

    /// <summary>The matrix of one job for several recipes, which stand on a line each, as the action takes them.</summary>
    /// <param name="recipes">Their paths; at least one.</param>
    /// <param name="name">The job's name.</param>
    /// <param name="group">What it takes turns with.</param>
    public static string OfOne(IEnumerable<string> recipes, string name, string group) => JsonSerializer.Serialize(
        new { Include = new[] { new { Recipe = string.Join('\n', recipes.Select(Portable)), Name = name, Group = group } } }, Format);

    // a place in the repository is the same one in every checkout; what cannot be read publishes nothing
    private static string GroupOf(string recipe, string root)
    {
        if (ReadRecipe.Run(Path.Combine(root, recipe)).Recipe is not { } read || Target(read) is not { } target)
        {
            return Portable(recipe);
        }

        var group = Portable(target.Identity.Replace($"{root}{Path.DirectorySeparatorChar}", "", StringComparison.Ordinal));
        return group.Length <= LongestGroup ? group : TextDigest.Of(group);
    }

    private static PublishTarget? Target(Recipe recipe)
    {
        try
        {
            return TargetKind.Find(recipe, to: null);
        }
        catch (MergeOpsException)
        {
            // its plan says what is wrong with the place
            return null;
        }
    }

    private static string NameOf(string recipe) => Path.GetFileName(PlaceOf(recipe));

    private static string PlaceOf(string recipe) =>
        RecipeAddress.Of(recipe) is var address && Path.ChangeExtension(address.Path, null) is var place && address.Variant is { } variant ? $"{place}-{variant}" : place;

    private static string Portable(string path) => OperatingSystem.IsWindows() ? path.Replace('\\', '/') : path;
}
