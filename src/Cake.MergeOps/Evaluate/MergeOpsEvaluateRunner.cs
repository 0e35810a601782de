using Cake.Core;
using Cake.Core.IO;

namespace Cake.MergeOps;

/// <summary>Runs <c>mergeops evaluate</c>.</summary>
/// <param name="context">The build.</param>
public sealed class MergeOpsEvaluateRunner(ICakeContext context) : MergeOpsRunner<MergeOpsEvaluateSettings>(context)
{
    /// <summary>Scores a model and its parents, and decides the gates.</summary>
    /// <param name="recipe">The recipe.</param>
    /// <param name="model">The merged model.</param>
    /// <param name="settings">How to run it.</param>
    /// <returns>The figures; null where <see cref="Core.Tooling.ToolSettings.HandleExitCode"/> lets a failure pass.</returns>
    /// <exception cref="CakeException">A gate is not met, an input is wrong, or the tool failed.</exception>
    public MergeOpsEvaluation? Evaluate(FilePath recipe, DirectoryPath model, MergeOpsEvaluateSettings settings)
    {
        ArgumentNullException.ThrowIfNull(recipe);
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(settings);
        return Run<MergeOpsEvaluation>(settings, new ProcessArgumentBuilder()
            .Append("evaluate")
            .AppendQuoted(Absolute(recipe))
            .AppendOption("--model", Absolute(model))
            .AppendOption("--out", settings.Output is { } folder ? Absolute(folder) : null));
    }
}
