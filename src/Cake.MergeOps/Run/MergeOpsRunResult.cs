namespace Cake.MergeOps;

/// <summary>Where a run has led.</summary>
/// <param name="Model">The merged model.</param>
/// <param name="Reports">The folder of the evaluation's reports.</param>
/// <param name="Publication">The published version; null when the recipe has no target or a gate says no.</param>
public sealed record MergeOpsRunResult(MergeOpsModel Model, string Reports, MergeOpsPublication? Publication);
