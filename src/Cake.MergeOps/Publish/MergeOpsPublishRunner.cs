using Cake.Core;
using Cake.Core.IO;

namespace Cake.MergeOps;

/// <summary>Runs <c>mergeops publish</c>.</summary>
/// <param name="context">The build.</param>
public sealed class MergeOpsPublishRunner(ICakeContext context) : MergeOpsRunner<MergeOpsPublishSettings>(context)
{
    /// <summary>Publishes a merged model under a version, if it passes.</summary>
    /// <param name="recipe">The recipe.</param>
    /// <param name="model">The merged model.</param>
    /// <param name="settings">How to run it.</param>
    /// <returns>The version; null where <see cref="Core.Tooling.ToolSettings.HandleExitCode"/> lets a failure pass.</returns>
    /// <exception cref="CakeException">A gate is not met, the version is taken, an input is wrong, or the tool failed.</exception>
    public MergeOpsPublication? Publish(FilePath recipe, DirectoryPath model, MergeOpsPublishSettings settings)
    {
        ArgumentNullException.ThrowIfNull(recipe);
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(settings);
        return Run<PublishResult>(settings, new ProcessArgumentBuilder()
            .Append("publish")
            .AppendQuoted(Absolute(recipe))
            .AppendOption("--from", Absolute(model))
            .AppendOption("--to", settings.To)
            .AppendFlag("--dry-run", settings.DryRun))?.Publication;
    }
}
