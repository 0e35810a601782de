using Cake.Core;
using Cake.Core.IO;

namespace Cake.MergeOps;

/// <summary>Runs <c>mergeops plan</c>.</summary>
/// <param name="context">The build.</param>
public sealed class MergeOpsPlanRunner(ICakeContext context) : MergeOpsRunner<MergeOpsPlanSettings>(context)
{
    /// <summary>Plans a merge.</summary>
    /// <param name="recipe">The recipe.</param>
    /// <param name="settings">How to run it.</param>
    /// <returns>The plan; null where <see cref="Core.Tooling.ToolSettings.HandleExitCode"/> lets a failure pass.</returns>
    /// <exception cref="CakeException">The recipe or an input is wrong, or the tool failed.</exception>
    public MergeOpsPlannedMerge? Plan(FilePath recipe, MergeOpsPlanSettings settings)
    {
        ArgumentNullException.ThrowIfNull(recipe);
        ArgumentNullException.ThrowIfNull(settings);
        return Run<MergeOpsPlannedMerge>(settings, new ProcessArgumentBuilder()
            .Append("plan")
            .AppendQuoted(Absolute(recipe))
            .AppendOption("--out", settings.Output is { } file ? Absolute(file) : null));
    }
}
