using Cake.Core.Tooling;

namespace Cake.MergeOps;

/// <summary>Settings of <c>mergeops lock</c>.</summary>
public sealed class MergeOpsLockSettings : ToolSettings
{
    /// <summary>Gets or sets a value indicating whether nothing changes and a lock that disagrees with its recipe fails the build.</summary>
    public bool Check { get; set; }

    /// <summary>Gets or sets a value indicating whether every model on the Hub moves to the head of its revision.</summary>
    public bool Upgrade { get; set; }

    /// <summary>Gets or sets the one model that moves to the head of its revision, such as <c>owner/name</c>; null for none.</summary>
    public string? UpgradedModel { get; set; }

    /// <summary>Gets or sets a value indicating whether only the cache is used, never the network.</summary>
    public bool Offline { get; set; }
}
