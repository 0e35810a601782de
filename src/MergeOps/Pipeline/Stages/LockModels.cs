using System.Collections.Immutable;
using MergeOps.Diagnostics;
using MergeOps.Recipes;
using MergeOps.Sources;
using MergeOps.Tensors;

namespace MergeOps.Pipeline.Stages;

/// <summary>From a recipe to models that are what its lock says, the lock that lies there or a new one.</summary>
internal static class LockModels
{
    /// <summary>Compares the models with the lock, or writes it where there is none; null when they are others.</summary>
    /// <param name="environment">Variables, folders and the time.</param>
    /// <param name="recipe">The recipe.</param>
    /// <param name="observer">Hears of the stage.</param>
    /// <param name="found">Takes the differences.</param>
    /// <param name="cancellation">Stops.</param>
    /// <exception cref="MergeOpsException">A model is not there, or the lock cannot be read or written.</exception>
    public static async Task<LockedRecipe?> RunAsync(HostEnvironment environment, Recipe recipe, IStageObserver observer, DiagnosticBag found, CancellationToken cancellation)
    {
        observer.Started(Stage.Lock);
        var locked = RecipeLock.Check(environment, [recipe], found, cancellation);
        if (locked is null)
        {
            using var hub = new HubConnection(environment, observer.Reported);
            locked = await RecipeLock.WriteAsync(environment, FamilyOf(recipe), new LockRequest(), hub, found, cancellation);
        }

        var contents = $"{Quantity.Of(locked.Lock.Models.Length, "model")}, {Quantity.Of(locked.FileCount, "file")}";
        if (found.HasErrors)
        {
            observer.Finished(Stage.Lock, StageEnd.Failed, $"{locked.Path} disagrees with the models");
            return null;
        }

        observer.Finished(
            Stage.Lock,
            locked.IsNew ? StageEnd.Done : StageEnd.AlreadyTrue,
            locked.IsNew ? $"{contents} in {locked.Path}; commit it with the recipe" : $"{contents} as in {locked.Path}");
        return locked;
    }

    // the variants of a file are locked together
    private static ImmutableArray<Recipe> FamilyOf(Recipe recipe)
    {
        if (recipe.Variant is null)
        {
            return [recipe];
        }

        DiagnosticBag ofOthers = [];
        return ReadRecipe.Family(recipe.Path, ofOthers) is { IsEmpty: false } family
            ? family
            : throw new MergeOpsException(ofOthers.First(finding => finding.Severity is Severity.Error));
    }
}
