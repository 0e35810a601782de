namespace Cake.MergeOps;

/// <summary>Settings of <c>mergeops run</c>.</summary>
public sealed class MergeOpsRunSettings : MergeOpsEngineSettings
{
    /// <summary>Gets or sets the publish target, such as <c>folder:published/mine</c>; null takes the recipe's.</summary>
    public string? To { get; set; }
}
