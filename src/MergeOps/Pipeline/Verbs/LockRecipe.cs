using MergeOps.Diagnostics;
using MergeOps.Pipeline.Stages;
using MergeOps.Recipes;
using MergeOps.Sources;
using MergeOps.Tensors;

namespace MergeOps.Pipeline.Verbs;

/// <summary>Locks recipes, or compares their models with the locks that are there. A mistake of one recipe hides none of the others.</summary>
/// <param name="environment">Variables, folders and the time.</param>
/// <param name="cancellation">Stops; an old lock stays then.</param>
internal sealed class LockRecipe(HostEnvironment environment, CancellationToken cancellation)
{
    /// <summary>Writes the lock of a recipe and of all variants of its file, unless it says so already; null when there are errors.</summary>
    /// <param name="path">The recipe.</param>
    /// <param name="request">Which models move on.</param>
    /// <param name="hub">Where models on the Hub are looked at.</param>
    /// <exception cref="MergeOpsException">An environment failure.</exception>
    public async Task<(LockedRecipe? Locked, IReadOnlyList<Diagnostic> Found)> WriteAsync(string path, LockRequest request, HubConnection hub)
    {
        var (locked, found) = await GuardAsync(
            path, async (family, found) => await RecipeLock.WriteAsync(environment, family, request, hub, found, cancellation));
        // from now on nothing moves any more
        return (locked, [.. found.Where(finding => finding.Code != Codes.RevisionFloating)]);
    }

    /// <summary>Compares a recipe's models with its lock, without the network; null when there is none.</summary>
    /// <param name="path">The recipe.</param>
    /// <exception cref="MergeOpsException">An environment failure.</exception>
    public async Task<(LockedRecipe? Locked, IReadOnlyList<Diagnostic> Found)> CheckAsync(string path) => await GuardAsync(path, (family, found) =>
    {
        var locked = RecipeLock.Check(environment, family, found, cancellation);
        if (locked is null)
        {
            found.Error(Codes.LockMissing, $"Run `mergeops lock {path}` and commit what it writes.", SourceSpan.File(path));
        }

        return Task.FromResult(locked);
    });

    private static async Task<(LockedRecipe? Locked, IReadOnlyList<Diagnostic> Found)> GuardAsync(
        string path, Func<IReadOnlyList<Recipe>, DiagnosticBag, Task<LockedRecipe?>> work)
    {
        try
        {
            DiagnosticBag found = [];
            var family = ReadRecipe.Family(path, found);
            return (family.IsEmpty ? null : await work(family, found), [.. found]);
        }
        catch (MergeOpsException mistake) when (mistake.Diagnostic.Code.Kind is FailureKind.Input)
        {
            return (null, [mistake.Diagnostic]);
        }
    }
}
