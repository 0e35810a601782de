using Cake.Core;
using Cake.Core.Annotations;
using Cake.Core.IO;

namespace Cake.MergeOps;

/// <content>Validation.</content>
public static partial class MergeOpsAliases
{
    /// <summary>Checks recipes as text: every mistake at once goes into the log; neither the network nor a model is read.</summary>
    /// <param name="context">The context.</param>
    /// <param name="recipes">The recipes; a pattern such as <c>recipes/*.yml</c> may stand for several.</param>
    /// <param name="settings">The settings.</param>
    /// <returns>What was found.</returns>
    /// <exception cref="CakeException">A recipe has errors.</exception>
    /// <example>
    /// <code>
    /// Task("Validate").Does(() => MergeOpsValidate(GetFiles("recipes/*.yml")));
    /// </code>
    /// </example>
    [CakeMethodAlias]
    [CakeAliasCategory("Validate")]
    [CakeNamespaceImport("Cake.MergeOps")]
    public static MergeOpsValidation MergeOpsValidate(
        this ICakeContext context, IEnumerable<FilePath> recipes, MergeOpsValidateSettings? settings = null)
    {
        ArgumentNullException.ThrowIfNull(context);
        return new MergeOpsValidateRunner(context).Validate(recipes, settings ?? new());
    }

    /// <summary>Checks one recipe, or those of a pattern, as text.</summary>
    /// <param name="context">The context.</param>
    /// <param name="recipe">The recipe.</param>
    /// <param name="settings">The settings.</param>
    /// <returns>What was found.</returns>
    /// <exception cref="CakeException">The recipe has errors.</exception>
    /// <example>
    /// <code>
    /// var found = MergeOpsValidate("recipes/quickstart.yml");
    /// Information("{0} warnings", found.Diagnostics.Count);
    /// </code>
    /// </example>
    [CakeMethodAlias]
    [CakeAliasCategory("Validate")]
    [CakeNamespaceImport("Cake.MergeOps")]
    public static MergeOpsValidation MergeOpsValidate(this ICakeContext context, FilePath recipe, MergeOpsValidateSettings? settings = null) =>
        MergeOpsValidate(context, [recipe], settings);
}
