using Cake.Core;
using Cake.Core.Annotations;
using Cake.Core.IO;

namespace Cake.MergeOps;

/// <content>Drift.</content>
public static partial class MergeOpsAliases
{
    /// <summary>Compares locks with the Hub's heads: new commits, models that are gone, renamed or gated, and changed licenses.</summary>
    /// <param name="context">The context.</param>
    /// <param name="recipes">The recipes; a pattern such as <c>recipes/*.yml</c> may stand for several.</param>
    /// <param name="settings">The settings.</param>
    /// <returns>What moved; empty when nothing did.</returns>
    /// <exception cref="CakeException">A recipe or its lock is wrong, or the Hub cannot be asked.</exception>
    /// <example>
    /// <code>
    /// foreach (var moved in MergeOpsDrift(new FilePath[] { "recipes/mine.yml" })) Warning("{0}: {1}", moved.Model, moved.Kind);
    /// </code>
    /// </example>
    [CakeMethodAlias]
    [CakeAliasCategory("Drift")]
    [CakeNamespaceImport("Cake.MergeOps")]
    public static IReadOnlyList<MergeOpsDriftedModel> MergeOpsDrift(
        this ICakeContext context, IEnumerable<FilePath> recipes, MergeOpsDriftSettings? settings = null)
    {
        ArgumentNullException.ThrowIfNull(context);
        return new MergeOpsDriftRunner(context).Drift(recipes, settings ?? new());
    }
}
