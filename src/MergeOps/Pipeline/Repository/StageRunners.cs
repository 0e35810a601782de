using System.Collections.Immutable;

namespace MergeOps.Pipeline.Repository;

/// <summary>The machines of the stages, each by the labels that its runner has.</summary>
/// <param name="Merge">Where models are merged.</param>
/// <param name="Evaluate">Where they are scored; no secret reaches that job.</param>
/// <param name="Publish">Where they are published.</param>
internal sealed record StageRunners(ImmutableArray<string> Merge, ImmutableArray<string> Evaluate, ImmutableArray<string> Publish);
