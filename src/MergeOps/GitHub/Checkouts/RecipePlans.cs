using System.Collections.Immutable;
using MergeOps.Diagnostics;
using MergeOps.GitHub.Reports;
using MergeOps.Pipeline.Repository;

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
    /// <param name="trusted">A checkout that the owners trust, where the command of their policy runs; null where there is none.</param>
    /// <param name="cancellation">Ends that command.</param>
    public static async Task<RecipePlans> OfAsync(
        IEnumerable<string> recipes, Checkout checkout, Checkout? before, RepositorySettings settings, Checkout? trusted, CancellationToken cancellation)
    {
        List<CheckedRecipe> plans = [];
        foreach (var recipe in recipes)
        {
            plans.Add(checkout.LinkAt(recipe) is not null || (checkout.Has(recipe) && !checkout.IsGone(recipe, before))
                ? await CompareAsync(await checkout.PlanAsync(recipe, settings, trusted, cancellation), before, settings, cancellation)
                : new CheckedRecipe(new RecipeReport(recipe, RecipeVerdict.Removed), null, []));
        }

        return new([.. plans]);
    }

    /// <summary>The report of a pull request.</summary>
    public PlanReport ReportOf(string repository, int number, string head, string baseBranch) =>
        new(repository, number, head, baseBranch, [.. Recipes.Select(recipe => recipe.Report)]);

    // what is there already was judged when it came
    private static async Task<CheckedRecipe> CompareAsync(CheckedRecipe recipe, Checkout? before, RepositorySettings settings, CancellationToken cancellation)
    {
        if (before is null || recipe.Planned is not { } planned)
        {
            return recipe;
        }

        if ((before.Has(recipe.Report.Path) ? (await before.PlanAsync(recipe.Report.Path, settings with { Policy = RepositoryPolicy.None }, null, cancellation)).Planned : null) is not { } earlier)
        {
            return recipe with { Report = recipe.Report with { Comparison = BaseComparison.New } };
        }

        var isSame = earlier.Plan.Digest == planned.Plan.Digest;
        return recipe with
        {
            Report = recipe.Report with
            {
                Comparison = isSame ? BaseComparison.Same : BaseComparison.Changed,
                Change = isSame ? null : PlanChange.Of(planned.Plan, earlier.Plan),
                ChangesTerms = RecipeTerms.DigestWithoutData(planned.Recipe) != RecipeTerms.DigestWithoutData(earlier.Recipe),
                Data = DataReport.Compare(recipe.Report.Data, DataReport.Of(earlier.Data)),
            },
        };
    }
}
