using Cake.Core;
using Cake.Core.Annotations;
using Cake.Core.IO;

namespace Cake.MergeOps;

/// <content>Locking.</content>
public static partial class MergeOpsAliases
{
    /// <summary>Pins the models of recipes to their bytes in <c>NAME.lock.yml</c> beside each recipe.</summary>
    /// <param name="context">The context.</param>
    /// <param name="recipes">The recipes; a pattern such as <c>recipes/*.yml</c> may stand for several.</param>
    /// <param name="settings">The settings.</param>
    /// <returns>The locks, in the order of the recipes.</returns>
    /// <exception cref="CakeException">A recipe or its lock is wrong.</exception>
    /// <example>
    /// <code>
    /// MergeOpsLock(GetFiles("recipes/*.yml"), new MergeOpsLockSettings { Check = true });
    /// </code>
    /// </example>
    [CakeMethodAlias]
    [CakeAliasCategory("Lock")]
    [CakeNamespaceImport("Cake.MergeOps")]
    public static IReadOnlyList<MergeOpsLockFile> MergeOpsLock(
        this ICakeContext context, IEnumerable<FilePath> recipes, MergeOpsLockSettings? settings = null)
    {
        ArgumentNullException.ThrowIfNull(context);
        return new MergeOpsLockRunner(context).Lock(recipes, settings ?? new());
    }

    /// <summary>Pins the models of one recipe to their bytes in <c>NAME.lock.yml</c> beside it.</summary>
    /// <param name="context">The context.</param>
    /// <param name="recipe">The recipe.</param>
    /// <param name="settings">The settings.</param>
    /// <returns>The lock.</returns>
    /// <exception cref="CakeException">The recipe or its lock is wrong.</exception>
    /// <example>
    /// <code>
    /// var locked = MergeOpsLock("recipes/quickstart.yml");
    /// Information("{0} pins {1} files", locked.Path, locked.Files);
    /// </code>
    /// </example>
    [CakeMethodAlias]
    [CakeAliasCategory("Lock")]
    [CakeNamespaceImport("Cake.MergeOps")]
    public static MergeOpsLockFile? MergeOpsLock(this ICakeContext context, FilePath recipe, MergeOpsLockSettings? settings = null) =>
        MergeOpsLock(context, [recipe], settings) is [var locked, ..] ? locked : null;
}
