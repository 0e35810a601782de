namespace Cake.MergeOps;

/// <summary>Settings of <c>mergeops merge</c>.</summary>
public sealed class MergeOpsMergeSettings : MergeOpsEngineSettings
{
    /// <summary>Gets or sets a value indicating whether the merge replaces an earlier one in the output folder.</summary>
    public bool Replace { get; set; }
}
