using Cake.Core.Tooling;

namespace Cake.MergeOps;

/// <summary>Settings of <c>mergeops publish</c>.</summary>
public sealed class MergeOpsPublishSettings : ToolSettings
{
    /// <summary>Gets or sets the target, such as <c>folder:published/mine</c>; null takes the recipe's.</summary>
    public string? To { get; set; }

    /// <summary>Gets or sets a value indicating whether nothing changes and the result says what would happen.</summary>
    public bool DryRun { get; set; }
}
