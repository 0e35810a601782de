using Cake.Core.Tooling;

namespace Cake.MergeOps;

/// <summary>Settings of <c>mergeops drift</c>.</summary>
public sealed class MergeOpsDriftSettings : ToolSettings;
