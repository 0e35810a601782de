using Cake.Core;
using Cake.Core.Annotations;
using Cake.Core.IO;

namespace Cake.MergeOps;

/// <content>All stages.</content>
public static partial class MergeOpsAliases
{
    /// <summary>Validates, locks, plans, merges, evaluates and publishes a recipe; what is already done is not done again.</summary>
    /// <param name="context">The context.</param>
    /// <param name="recipe">The recipe.</param>
    /// <param name="settings">The settings.</param>
    /// <returns>The merged model, its reports and its publication.</returns>
    /// <exception cref="CakeException">A gate is not met, or the recipe or an input is wrong.</exception>
    /// <example>
    /// <code>
    /// Task("Publish").Does(() => MergeOpsRun("recipes/quickstart.yml", new MergeOpsRunSettings { Threads = 4 }));
    /// </code>
    /// </example>
    [CakeMethodAlias]
    [CakeAliasCategory("Run")]
    [CakeNamespaceImport("Cake.MergeOps")]
    public static MergeOpsRunResult? MergeOpsRun(this ICakeContext context, FilePath recipe, MergeOpsRunSettings? settings = null)
    {
        ArgumentNullException.ThrowIfNull(context);
        return new MergeOpsRunRunner(context).Run(recipe, settings ?? new());
    }
}
