using Cake.Core.Annotations;

namespace Cake.MergeOps;

/// <summary>
/// <para>Model merges as code: validates, locks, plans, merges, evaluates and publishes recipes with the <c>mergeops</c> tool.</para>
/// <para>In order to use the commands, include the following in your build.cake file to install the tool and the addin, both in the same version:</para>
/// <code>
/// #tool dotnet:?package=MergeOps.Cli&amp;version=x.y.z
/// #addin nuget:?package=Cake.MergeOps&amp;version=x.y.z
/// </code>
/// </summary>
[CakeAliasCategory("MergeOps")]
public static partial class MergeOpsAliases;
