using MergeOps.Diagnostics;
using MergeOps.Hub;
using MergeOps.Methods.Contract;
using MergeOps.Planning;
using MergeOps.Recipes;

namespace MergeOps.Pipeline;

/// <summary>A recipe with everything that was decided about it; no weight was read.</summary>
internal sealed record PlannedRecipe(Recipe Recipe, LockedRecipe? Lock, MergePlan Plan);

/// <summary>From a recipe, its lock and the models' headers to the plan.</summary>
internal static class PlanMerge
{
    /// <summary>Reads the recipe and plans it; null when errors were found.</summary>
    /// <exception cref="MergeOpsException">The lock cannot be read.</exception>
    public static (PlannedRecipe? Planned, DiagnosticBag Found) Run(string recipePath)
    {
        var (recipe, found) = ReadRecipe.Run(recipePath);
        return (recipe is null ? null : Run(recipe, LockRecipe.Find(recipe), found), found);
    }

    /// <summary>Plans a recipe with its lock; null when errors went into the bag.</summary>
    public static PlannedRecipe? Run(Recipe recipe, LockedRecipe? locked, DiagnosticBag found)
    {
        var models = ModelFactsReader.Read(recipe, locked?.Lock, found);
        return !found.HasErrors && Planner.Plan(recipe, MethodCatalogue.Default, models, found) is { } plan
            ? new PlannedRecipe(recipe, locked, plan)
            : null;
    }
}
