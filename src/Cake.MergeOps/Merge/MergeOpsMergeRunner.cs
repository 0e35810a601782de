using Cake.Core;
using Cake.Core.IO;

namespace Cake.MergeOps;

/// <summary>Runs <c>mergeops merge</c>.</summary>
/// <param name="context">The build.</param>
public sealed class MergeOpsMergeRunner(ICakeContext context) : MergeOpsRunner<MergeOpsMergeSettings>(context)
{
    /// <summary>Merges; continues where an interrupted merge stopped, and does nothing if it is already done.</summary>
    /// <param name="recipe">The recipe.</param>
    /// <param name="output">The folder of the merged model; it appears complete or not at all.</param>
    /// <param name="settings">How to run it.</param>
    /// <returns>The model; null where <see cref="Core.Tooling.ToolSettings.HandleExitCode"/> lets a failure pass.</returns>
    /// <exception cref="CakeException">The recipe or an input is wrong, or the tool failed.</exception>
    public MergeOpsModel? Merge(FilePath recipe, DirectoryPath output, MergeOpsMergeSettings settings)
    {
        ArgumentNullException.ThrowIfNull(recipe);
        ArgumentNullException.ThrowIfNull(output);
        ArgumentNullException.ThrowIfNull(settings);
        return Run<MergeResult>(settings, settings.AppendTo(new ProcessArgumentBuilder()
            .Append("merge")
            .AppendQuoted(Absolute(recipe))
            .AppendOption("--out", Absolute(output))
            .AppendFlag("--replace", settings.Replace)))?.Model;
    }
}
