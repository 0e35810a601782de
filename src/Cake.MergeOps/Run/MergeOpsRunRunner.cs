using Cake.Core;
using Cake.Core.IO;

namespace Cake.MergeOps;

/// <summary>Runs <c>mergeops run</c>.</summary>
/// <param name="context">The build.</param>
public sealed class MergeOpsRunRunner(ICakeContext context) : MergeOpsRunner<MergeOpsRunSettings>(context)
{
    /// <summary>Does everything from validation to publication that is not already done.</summary>
    /// <param name="recipe">The recipe.</param>
    /// <param name="settings">How to run it.</param>
    /// <returns>The results; null where <see cref="Core.Tooling.ToolSettings.HandleExitCode"/> lets a failure pass.</returns>
    /// <exception cref="CakeException">A gate is not met, the recipe or an input is wrong, or the tool failed.</exception>
    public MergeOpsRunResult? Run(FilePath recipe, MergeOpsRunSettings settings)
    {
        ArgumentNullException.ThrowIfNull(recipe);
        ArgumentNullException.ThrowIfNull(settings);
        return Run<MergeOpsRunResult>(settings, settings.AppendTo(new ProcessArgumentBuilder()
            .Append("run")
            .AppendQuoted(Absolute(recipe))
            .AppendOption("--to", settings.To)));
    }
}
