using Microsoft.Build.Framework;
using Microsoft.Build.Utilities;

namespace MergeOps.MSBuild;

/// <summary>Merges a recipe into a folder, which holds either the complete model or what was there before.</summary>
public sealed class MergeRecipe : MergeOpsTask
{
    /// <summary>Gets or sets the recipe.</summary>
    [Required]
    public ITaskItem? Recipe { get; set; }

    /// <summary>Gets or sets the folder of the merged model; an earlier merge in it is replaced.</summary>
    [Required]
    public string ModelFolder { get; set; } = "";

    /// <summary>Gets or sets the device, such as <c>cpu</c> or <c>cuda:0</c>; none leaves it to the tool.</summary>
    public string? Device { get; set; }

    /// <summary>Gets or sets the memory for buffers, such as <c>2GiB</c>; none leaves it to the tool.</summary>
    public string? MaxMemory { get; set; }

    /// <summary>Gets or sets the number of worker threads; none leaves it to the tool.</summary>
    public string? Threads { get; set; }

    /// <inheritdoc/>
    protected override void AppendArguments(CommandLineBuilder arguments)
    {
        arguments.AppendSwitch("merge");
        arguments.AppendFileNameIfNotNull(Recipe);
        arguments.AppendSwitchIfNotNull("--out ", ModelFolder);
        arguments.AppendSwitch("--replace");
        arguments.AppendSwitch("--clean");
        AppendIfGiven(arguments, "--device ", Device);
        AppendIfGiven(arguments, "--max-memory ", MaxMemory);
        AppendIfGiven(arguments, "--threads ", Threads);
    }

    private static void AppendIfGiven(CommandLineBuilder arguments, string option, string? value)
    {
        if (!string.IsNullOrEmpty(value))
        {
            arguments.AppendSwitchIfNotNull(option, value);
        }
    }
}
