using Cake.Core;
using Cake.Core.Annotations;
using Cake.Core.IO;

namespace Cake.MergeOps;

/// <content>Planning.</content>
public static partial class MergeOpsAliases
{
    /// <summary>Decides everything about a merge from its recipe, lock and headers; reads no weight.</summary>
    /// <param name="context">The context.</param>
    /// <param name="recipe">The recipe.</param>
    /// <param name="settings">The settings.</param>
    /// <returns>The plan.</returns>
    /// <exception cref="CakeException">The recipe or an input is wrong.</exception>
    /// <example>
    /// <code>
    /// var plan = MergeOpsPlan("recipes/quickstart.yml");
    /// Information("plan {0}: {1} tensors", plan.Digest, plan.Tensors.Count);
    /// </code>
    /// </example>
    [CakeMethodAlias]
    [CakeAliasCategory("Plan")]
    [CakeNamespaceImport("Cake.MergeOps")]
    public static MergeOpsPlannedMerge? MergeOpsPlan(this ICakeContext context, FilePath recipe, MergeOpsPlanSettings? settings = null)
    {
        ArgumentNullException.ThrowIfNull(context);
        return new MergeOpsPlanRunner(context).Plan(recipe, settings ?? new());
    }
}
