using MergeOps.Diagnostics;
using MergeOps.Recipes;
using MergeOps.Sources.Locking;
using MergeOps.Tensors;

namespace MergeOps.Sources;

/// <summary>Holds a lock against the recipe that it stands for.</summary>
/// <param name="recipe">The recipe.</param>
/// <param name="digests">What is known of local files.</param>
internal sealed class LockCheck(Recipe recipe, KnownDigests digests)
{
    /// <summary>Each difference between a lock and the models as they are now, without the network; none when they agree.</summary>
    public IReadOnlyList<Diagnostic> Run(ModelLock locked, string lockPath, CancellationToken cancellation)
    {
        var span = SourceSpan.File(lockPath);
        var parts = ReferencedModels.PartsOf(recipe);
        return
        [
            .. parts.SelectMany(part => CheckOne(part, locked, span, cancellation)),
            .. locked.Entries.Where(known => !parts.Any(part => part.Kind == known.Kind && part.Model.Value.ToString() == known.Location))
                .Select(known => Diagnostic.Error(Codes.LockDisagrees, $"'{known.Location}' is in the lock, but not in the recipe. Run 'mergeops lock'.", span)),
        ];
    }

    private IEnumerable<Diagnostic> CheckOne(ModelPart part, ModelLock locked, SourceSpan span, CancellationToken cancellation)
    {
        var model = part.Model;
        var name = model.Value.ToString();
        if (locked.Find(name, part.Kind) is not { } before)
        {
            return [Diagnostic.Error(Codes.LockDisagrees, $"'{name}' is in the recipe, but not in the lock. Run 'mergeops lock'.", span)];
        }

        if (LocalModels.Locate(model, recipe.ModelsFolder) is { } path)
        {
            return before.Commit is null
                ? LockDifference.OfFiles(Locker.Local(recipe, part, path, digests, cancellation), before)
                    .Select(difference => Diagnostic.Error(
                        Codes.LockDisagrees, difference + " Restore the file, or run 'mergeops lock' to accept the change.", span))
                : [Diagnostic.Error(Codes.LockDisagrees, $"'{name}' is a local folder here, but the lock pins it on the Hub.", span)];
        }

        try
        {
            LockedMetadata.Of(recipe, part, locked, before);
            return [];
        }
        catch (MergeOpsException problem)
        {
            return [problem.Diagnostic];
        }
    }
}
