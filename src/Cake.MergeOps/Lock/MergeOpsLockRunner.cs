using Cake.Core;
using Cake.Core.IO;

namespace Cake.MergeOps;

/// <summary>Runs <c>mergeops lock</c>.</summary>
/// <param name="context">The build.</param>
public sealed class MergeOpsLockRunner(ICakeContext context) : MergeOpsRunner<MergeOpsLockSettings>(context)
{
    /// <summary>Pins the models of recipes to their bytes, or compares them with the existing locks.</summary>
    /// <param name="recipes">The recipes; patterns may stand for several.</param>
    /// <param name="settings">How to run it.</param>
    /// <returns>The locks, in the order of the recipes.</returns>
    /// <exception cref="CakeException">A recipe or its lock is wrong, or the tool failed.</exception>
    public IReadOnlyList<MergeOpsLockFile> Lock(IEnumerable<FilePath> recipes, MergeOpsLockSettings settings)
    {
        ArgumentNullException.ThrowIfNull(recipes);
        ArgumentNullException.ThrowIfNull(settings);
        var arguments = new ProcessArgumentBuilder().Append("lock");
        foreach (var recipe in recipes)
        {
            arguments.AppendQuoted(Absolute(recipe));
        }

        arguments
            .AppendFlag("--check", settings.Check)
            .AppendFlag("--offline", settings.Offline)
            .AppendFlag("--upgrade", settings.Upgrade && settings.UpgradedModel is null)
            .AppendOption("--upgrade", settings.UpgradedModel);
        return Run<LockResult>(settings, arguments)?.Locks ?? [];
    }
}
