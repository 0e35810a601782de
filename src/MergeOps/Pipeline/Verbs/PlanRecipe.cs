using MergeOps.Diagnostics;
using MergeOps.Pipeline.Repository;
using MergeOps.Pipeline.Stages;
using MergeOps.Tensors;

namespace MergeOps.Pipeline.Verbs;

/// <summary>Plans a recipe, and foresees whether what it makes can be measured.</summary>
internal static class PlanRecipe
{
    /// <summary>Plans; null when errors were found.</summary>
    /// <param name="environment">Variables, folders and the time.</param>
    /// <param name="recipePath">The recipe.</param>
    /// <param name="bounds">Where it may lead; null for anywhere.</param>
    /// <exception cref="MergeOpsException">A file cannot be read.</exception>
    public static (PlannedRecipe? Planned, DiagnosticBag Found) Run(HostEnvironment environment, string recipePath, RepositoryBounds? bounds = null)
    {
        var read = ReadRecipe.WithData(recipePath, bounds);
        return (read.Recipe is null ? null : Run(environment, read, read.Found), read.Found);
    }

    /// <summary>Plans a recipe that was read; null when errors went into the bag.</summary>
    /// <exception cref="MergeOpsException">A file cannot be read.</exception>
    public static PlannedRecipe? Run(HostEnvironment environment, RecipeWithData read, DiagnosticBag found)
    {
        var planned = PlanMerge.Run(environment, read, found);
        if (planned is not null)
        {
            new ScoringForecast(environment, planned).Run(found);
        }

        return found.HasErrors ? null : planned;
    }
}
