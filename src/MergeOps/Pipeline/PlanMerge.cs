using System.Collections.Immutable;
using System.Text;
using MergeOps.Diagnostics;
using MergeOps.Hub;
using MergeOps.Hub.Facts;
using MergeOps.Merging;
using MergeOps.Methods.Contract;
using MergeOps.Planning;
using MergeOps.Publishing;
using MergeOps.Recipes;

namespace MergeOps.Pipeline;

/// <summary>A recipe with everything that was decided about it; no weight was read.</summary>
/// <param name="Recipe">The recipe.</param>
/// <param name="Lock">Its lock, or null.</param>
/// <param name="Models">What is known of its models, the base first.</param>
/// <param name="Plan">What was decided.</param>
internal sealed record PlannedRecipe(Recipe Recipe, LockedRecipe? Lock, ImmutableArray<ModelFacts> Models, MergePlan Plan)
{
    /// <summary>The lock as it travels with the model, and the facts that it names, so that whoever has the model can plan its merge again without asking the Hub.</summary>
    public ImmutableArray<ExtraFile> LockFiles => Lock is { } locked
        ?
        [
            new ExtraFile(PublicationFiles.Lock, Encoding.UTF8.GetBytes(locked.Text)),
            .. Models.Select(model => model.Remote).OfType<RemoteModel>()
                .Select(remote => FactsFolder.FileOf(remote.Facts))
                .DistinctBy(file => file.Path)
                .Select(file => new ExtraFile(file.Path, file.Bytes)),
        ]
        : [];
}

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
        var plan = found.HasErrors ? null : Planner.Plan(recipe, MethodCatalogue.Default, models, found);
        Acceptance.AfterPlanning(recipe, found);
        return plan is null ? null : new PlannedRecipe(recipe, locked, models, plan);
    }
}
