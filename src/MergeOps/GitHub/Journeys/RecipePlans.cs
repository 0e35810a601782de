using System.Collections.Immutable;
using MergeOps.Diagnostics;
using MergeOps.GitHub.Checkouts;
using MergeOps.GitHub.Reports;
using MergeOps.Pipeline;
using MergeOps.Planning;

namespace MergeOps.GitHub.Journeys;

/// <summary>Recipes of a checkout with their plans, each compared with the base branch's.</summary>
/// <param name="Recipes">The recipes in ordinal order of their paths.</param>
internal sealed record RecipePlans(ImmutableArray<CheckedRecipe> Recipes)
{
    /// <summary>Every finding, paths from the repository's root.</summary>
    public IEnumerable<Diagnostic> Found => Recipes.SelectMany(recipe => recipe.Found);

    /// <summary>Plans recipes.</summary>
    /// <param name="recipes">Their paths from the repository's root.</param>
    /// <param name="checkout">Where they are.</param>
    /// <param name="before">The base branch; null when it is not there to be compared with.</param>
    public static RecipePlans Of(IEnumerable<string> recipes, Checkout checkout, Checkout? before) => new(
    [
        .. recipes.Select(recipe => checkout.Has(recipe) || checkout.LinkAt(recipe) is not null
            ? Compare(checkout.Plan(recipe), before)
            : new CheckedRecipe(new RecipeReport(recipe, RecipeVerdict.Removed), null, [])),
    ]);

    /// <summary>The report of a pull request.</summary>
    public PlanReport ReportOf(string repository, int number, string head, string baseBranch) =>
        new(repository, number, head, baseBranch, [.. Recipes.Select(recipe => recipe.Report)]);

    private static CheckedRecipe Compare(CheckedRecipe recipe, Checkout? before)
    {
        if (before is null || recipe.Planned is not { } planned)
        {
            return recipe;
        }

        var earlier = before.Has(recipe.Report.Path) ? before.Plan(recipe.Report.Path).Planned : null;
        var (comparison, change) = earlier is null ? (BaseComparison.New, null)
            : earlier.Plan.Digest == planned.Plan.Digest ? (BaseComparison.Same, null)
            : (BaseComparison.Changed, PlanChange.Of(DiffOf(planned, earlier)));
        return recipe with { Report = recipe.Report with { Comparison = comparison, Change = change } };
    }

    private static PlanDiff DiffOf(PlannedRecipe planned, PlannedRecipe earlier) =>
        PlanDiff.Against(planned.Plan, earlier.Recipe.Path, PlanJson.Write(earlier.Recipe, earlier.Plan));
}
