using MergeOps.Merging;
using MergeOps.Pipeline.Stages;
using MergeOps.Publishing;

namespace MergeOps.Pipeline.Verbs;

/// <summary>Where a run has led.</summary>
/// <param name="View">What was measured; null when the run ended before.</param>
/// <param name="Model">The merged model.</param>
/// <param name="Reports">The folder of the evaluation's reports; null when this run has none.</param>
/// <param name="Publication">The published version; null when there is no target or something said no.</param>
internal sealed record RunOutcome(EvaluationView? View, MergedCheckpoint Model, string? Reports, Publication? Publication)
{
    /// <summary>What a preview laid down, and what that depends on; null where nothing was laid down.</summary>
    public PreviewMark? Preview { get; init; }
}
