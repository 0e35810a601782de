using Cake.Core.Tooling;

namespace Cake.MergeOps;

/// <summary>Settings of <c>mergeops validate</c>.</summary>
public sealed class MergeOpsValidateSettings : ToolSettings;
