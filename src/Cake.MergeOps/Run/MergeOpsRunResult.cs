namespace Cake.MergeOps;

/// <summary>The results of a run.</summary>
/// <param name="Model">The merged model.</param>
/// <param name="Reports">The folder of the evaluation's reports.</param>
/// <param name="Publication">The published version; null when the recipe has no target or a gate does not pass.</param>
public sealed record MergeOpsRunResult(MergeOpsModel Model, string Reports, MergeOpsPublication? Publication);
