using System.Collections.Immutable;
using MergeOps.Diagnostics;

namespace MergeOps.GitHub.Reports;

/// <summary>All recipes that a pull request changes: what one job hands to the job that may post it, and what a comment shows.</summary>
/// <param name="Repository">The repository as <c>owner/name</c>.</param>
/// <param name="Number">The pull request.</param>
/// <param name="Head">The commit that was planned.</param>
/// <param name="BaseBranch">Where the pull request wants to go.</param>
/// <param name="Recipes">The recipes in ordinal order of their paths.</param>
internal sealed record PlanReport(string Repository, int Number, string Head, string BaseBranch, ImmutableArray<RecipeReport> Recipes)
{
    /// <summary>The version of the format.</summary>
    public int Version { get; init; } = PlanReportJson.CurrentVersion;

    /// <summary>Whether every recipe can be merged.</summary>
    public bool IsValid => Recipes.All(recipe => recipe.Verdict != RecipeVerdict.Invalid);

    /// <summary>Whether any plan, or what is approved beside it, is another than the base branch's, as far as that is known.</summary>
    public bool HasChanges => Recipes.Any(recipe => recipe.HasChanges);

    /// <summary>The digest that stands for all plans: of one recipe its plan's own, of several the SHA-256 over the lines <c>path digest</c>; null without a plan.</summary>
    public string? PlanHash => HashOf(Recipes.Where(recipe => recipe.Plan is not null).Select(recipe => KeyValuePair.Create(recipe.Path, recipe.Plan!.Digest)));

    /// <summary>The digest that stands for several plans by their recipes' paths.</summary>
    public static string? HashOf(IEnumerable<KeyValuePair<string, string>> plans)
    {
        KeyValuePair<string, string>[] sorted = [.. plans.OrderBy(plan => plan.Key, StringComparer.Ordinal)];
        return sorted switch
        {
            [] => null,
            [var only] => only.Value,
            _ => TextDigest.Of(string.Concat(sorted.Select(plan => $"{plan.Key} {plan.Value}\n"))),
        };
    }
}
