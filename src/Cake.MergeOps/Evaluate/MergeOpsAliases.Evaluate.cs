using Cake.Core;
using Cake.Core.Annotations;
using Cake.Core.IO;

namespace Cake.MergeOps;

/// <content>Evaluation.</content>
public static partial class MergeOpsAliases
{
    /// <summary>Scores a merged model and its parents, and decides the recipe's gates.</summary>
    /// <param name="context">The context.</param>
    /// <param name="recipe">The recipe.</param>
    /// <param name="model">The merged model.</param>
    /// <param name="settings">The settings.</param>
    /// <returns>The figures and the gates.</returns>
    /// <exception cref="CakeException">A gate is not met, or an input is wrong.</exception>
    /// <example>
    /// <code>
    /// // lets the build go on when a gate is not met (exit code 4)
    /// var evaluation = MergeOpsEvaluate("recipes/quickstart.yml", "out/quickstart", new MergeOpsEvaluateSettings
    /// {
    ///     Output = "out/evaluation",
    ///     HandleExitCode = code => code == 0 || code == 4,
    /// });
    /// foreach (var gate in evaluation.Gates.Where(gate => !gate.Met)) Warning("{0}", gate.Detail);
    /// </code>
    /// </example>
    [CakeMethodAlias]
    [CakeAliasCategory("Evaluate")]
    [CakeNamespaceImport("Cake.MergeOps")]
    public static MergeOpsEvaluation? MergeOpsEvaluate(
        this ICakeContext context, FilePath recipe, DirectoryPath model, MergeOpsEvaluateSettings? settings = null)
    {
        ArgumentNullException.ThrowIfNull(context);
        return new MergeOpsEvaluateRunner(context).Evaluate(recipe, model, settings ?? new());
    }
}
