using Microsoft.Build.Framework;
using Microsoft.Build.Utilities;

namespace MergeOps.MSBuild;

/// <summary>Publishes a merged model under a version, if it passes.</summary>
public sealed class PublishModel : MergeOpsTask
{
    /// <summary>Gets or sets the recipe.</summary>
    [Required]
    public ITaskItem? Recipe { get; set; }

    /// <summary>Gets or sets the folder of the merged model.</summary>
    [Required]
    public string ModelFolder { get; set; } = "";

    /// <summary>Gets or sets the target, such as <c>folder:published/mine</c>; none takes the recipe's.</summary>
    public string? To { get; set; }

    /// <inheritdoc/>
    protected override MessageImportance StandardErrorLoggingImportance => MessageImportance.High;

    /// <inheritdoc/>
    protected override void AppendArguments(CommandLineBuilder arguments)
    {
        arguments.AppendSwitch("publish");
        arguments.AppendFileNameIfNotNull(Recipe);
        arguments.AppendSwitchIfNotNull("--from ", ModelFolder);
        if (!string.IsNullOrEmpty(To))
        {
            arguments.AppendSwitchIfNotNull("--to ", To);
        }
    }
}
