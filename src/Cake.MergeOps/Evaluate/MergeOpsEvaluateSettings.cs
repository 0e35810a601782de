using Cake.Core.IO;
using Cake.Core.Tooling;

namespace Cake.MergeOps;

/// <summary>Settings of <c>mergeops evaluate</c>.</summary>
public sealed class MergeOpsEvaluateSettings : ToolSettings
{
    /// <summary>Gets or sets the folder for <c>evaluation.json</c>, <c>evaluation.md</c>, <c>report.html</c> and <c>junit.xml</c>; null for none.</summary>
    public DirectoryPath? Output { get; set; }
}
