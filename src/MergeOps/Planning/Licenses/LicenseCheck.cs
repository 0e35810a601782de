using MergeOps.Diagnostics;
using MergeOps.Recipes;

namespace MergeOps.Planning.Licenses;

/// <summary>Tells before anything is merged that the parents' licenses contradict each other.</summary>
internal static class LicenseCheck
{
    /// <summary>A warning at the recipe's method when no license meets all parents': merging is private, publishing is not.</summary>
    /// <param name="recipe">The recipe.</param>
    /// <param name="licenses">The Hub's identifier of each parent's license, or null where it is not known.</param>
    /// <param name="diagnostics">Takes the warning.</param>
    public static void Run(Recipe recipe, IEnumerable<string?> licenses, DiagnosticBag diagnostics)
    {
        if (MergedLicense.Of(licenses).Conflict is { } conflict)
        {
            diagnostics.Warning(
                Codes.LicensesContradict,
                $"By the usual interpretation {conflict}. Ask the rights holders before you share the merge; it is not published openly.",
                recipe.MergeMethod.Span);
        }
    }
}
