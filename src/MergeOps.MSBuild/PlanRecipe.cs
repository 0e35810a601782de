using System.IO;
using Microsoft.Build.Framework;
using Microsoft.Build.Utilities;

namespace MergeOps.MSBuild;

/// <summary>Plans a merge into a file, which also names everything that the merge depends on.</summary>
public sealed class PlanRecipe : MergeOpsTask
{
    /// <summary>Gets or sets the recipe.</summary>
    [Required]
    public ITaskItem? Recipe { get; set; }

    /// <summary>Gets or sets the file of the plan.</summary>
    [Required]
    public string PlanFile { get; set; } = "";

    /// <inheritdoc/>
    public override bool Execute()
    {
        Directory.CreateDirectory(Path.GetDirectoryName(Path.GetFullPath(PlanFile))!);
        return base.Execute();
    }

    /// <inheritdoc/>
    protected override void AppendArguments(CommandLineBuilder arguments)
    {
        arguments.AppendSwitch("plan");
        arguments.AppendFileNameIfNotNull(Recipe);
        arguments.AppendSwitchIfNotNull("--out ", PlanFile);
    }
}
