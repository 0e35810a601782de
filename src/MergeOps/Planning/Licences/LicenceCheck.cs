using MergeOps.Diagnostics;
using MergeOps.Recipes;

namespace MergeOps.Planning.Licences;

/// <summary>Tells before anything is merged that the parents' licences contradict each other.</summary>
internal static class LicenceCheck
{
    /// <summary>A warning at the recipe's method when no licence meets all parents': merging is private, publishing is not.</summary>
    /// <param name="recipe">The recipe.</param>
    /// <param name="licences">The Hub's identifier of each parent's licence, or null where it is not known.</param>
    /// <param name="diagnostics">Takes the warning.</param>
    public static void Run(Recipe recipe, IEnumerable<string?> licences, DiagnosticBag diagnostics)
    {
        if (MergedLicence.Of(licences).Conflict is { } conflict)
        {
            diagnostics.Warning(
                Codes.LicencesContradict,
                $"By the common reading {conflict}. Ask who holds the rights before you give the merge to others; it is not published to everybody.",
                recipe.MergeMethod.Span);
        }
    }
}
