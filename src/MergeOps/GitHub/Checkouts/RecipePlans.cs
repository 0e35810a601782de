using System.Collections.Immutable;
using MergeOps.Diagnostics;
using MergeOps.GitHub.Reports;
using MergeOps.Pipeline.Repository;
using MergeOps.Planning;

namespace MergeOps.GitHub.Checkouts;

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
    /// <param name="settings">Say where recipes may lead.</param>
    public static RecipePlans Of(IEnumerable<string> recipes, Checkout checkout, Checkout? before, RepositorySettings settings) => new(
    [
        .. recipes.Select(recipe => checkout.Has(recipe) || checkout.LinkAt(recipe) is not null
            ? Compare(checkout.Plan(recipe, settings), before, settings)
            : new CheckedRecipe(new RecipeReport(recipe, RecipeVerdict.Removed), null, [])),
    ]);

    /// <summary>The report of a pull request.</summary>
    public PlanReport ReportOf(string repository, int number, string head, string baseBranch) =>
        new(repository, number, head, baseBranch, [.. Recipes.Select(recipe => recipe.Report)]);

    private static CheckedRecipe Compare(CheckedRecipe recipe, Checkout? before, RepositorySettings settings)
    {
        if (before is null || recipe.Planned is not { } planned)
        {
            return recipe;
        }

        if ((before.Has(recipe.Report.Path) ? before.Plan(recipe.Report.Path, settings).Planned : null) is not { } earlier)
        {
            return recipe with { Report = recipe.Report with { Comparison = BaseComparison.New } };
        }

        var isSame = earlier.Plan.Digest == planned.Plan.Digest;
        return recipe with
        {
            Report = recipe.Report with
            {
                Comparison = isSame ? BaseComparison.Same : BaseComparison.Changed,
                Change = isSame ? null : PlanChange.Of(PlanDiff.Against(planned.Plan, earlier.Plan.JobDigests)),
                ChangesTerms = RecipeTerms.DigestWithoutData(planned.Recipe) != RecipeTerms.DigestWithoutData(earlier.Recipe),
                Data = DataReport.Compare(recipe.Report.Data, DataReport.Of(earlier.Data)),
            },
        };
    }
}
