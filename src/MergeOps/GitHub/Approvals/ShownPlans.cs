using System.Collections.Immutable;
using MergeOps.Diagnostics;
using MergeOps.GitHub.Checkouts;
using MergeOps.GitHub.Reports;
using MergeOps.Recipes;

namespace MergeOps.GitHub.Approvals;

/// <summary>Compares plans with those that a pull request's comment showed, which is all that anybody approved.</summary>
internal static class ShownPlans
{
    /// <summary>The plans that are not among those that were shown, or are to be carried out on other terms, each with a finding.</summary>
    /// <param name="plans">What the recipes give now.</param>
    /// <param name="shown">What was shown, by the recipes' paths.</param>
    /// <param name="found">Takes the findings.</param>
    public static ImmutableArray<CheckedRecipe> FindChanged(IEnumerable<CheckedRecipe> plans, IReadOnlyDictionary<string, ShownPlan> shown, DiagnosticBag found)
    {
        var changed = ImmutableArray.CreateBuilder<CheckedRecipe>();
        foreach (var recipe in plans)
        {
            if (Difference(recipe, shown.GetValueOrDefault(recipe.Report.Path)) is { } difference)
            {
                found.Error(Codes.PlanChanged, $"{difference} Nothing was merged.", SourceSpan.File(RecipeAddress.FileOf(recipe.Report.Path)));
                changed.Add(recipe);
            }
        }

        return changed.ToImmutable();
    }

    private static string? Difference(CheckedRecipe recipe, ShownPlan? shown)
    {
        var digest = recipe.Planned!.Plan.Digest;
        return shown is null ? $"It gives plan {digest[..12]} now; the pull request showed no plan for it."
            : shown.Digest != digest ? $"It gives plan {digest[..12]} now; {shown.Digest[..12]} was approved in the pull request."
            : shown.Terms != recipe.Report.Terms ? $"It still gives plan {digest[..12]}, but its name, target, measurements, test data or gates differ from what was approved in the pull request."
            : null;
    }
}
