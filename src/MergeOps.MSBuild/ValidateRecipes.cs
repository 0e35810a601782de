using System;
using Microsoft.Build.Framework;
using Microsoft.Build.Utilities;

namespace MergeOps.MSBuild;

/// <summary>Checks recipes as text, with one process for all of them.</summary>
public sealed class ValidateRecipes : MergeOpsTask
{
    /// <summary>Gets or sets the recipes.</summary>
    [Required]
    public ITaskItem[] Recipes { get; set; } = Array.Empty<ITaskItem>();

    /// <inheritdoc/>
    protected override void AppendArguments(CommandLineBuilder arguments)
    {
        arguments.AppendSwitch("validate");
        arguments.AppendFileNamesIfNotNull(Recipes, " ");
    }
}
