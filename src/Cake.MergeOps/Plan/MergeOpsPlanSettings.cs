using Cake.Core.IO;
using Cake.Core.Tooling;

namespace Cake.MergeOps;

/// <summary>Settings of <c>mergeops plan</c>.</summary>
public sealed class MergeOpsPlanSettings : ToolSettings
{
    /// <summary>Gets or sets the file to which the whole plan is also written as JSON; null for none.</summary>
    public FilePath? Output { get; set; }
}
