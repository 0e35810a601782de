using System.Collections.Immutable;
using MergeOps.Evaluation.Scores;

namespace MergeOps.Evaluation.Contract;

/// <summary>What metrics are computed from: models with their scores on the same tasks and texts.</summary>
/// <param name="Subjects">The tasks, then the texts.</param>
/// <param name="Models">Each with its scores in that order.</param>
internal sealed record ScoredModels(ImmutableArray<Subject> Subjects, ImmutableArray<ModelResult> Models);

/// <summary>A model's scores on one task or text, beside those of the model that it is compared with.</summary>
/// <param name="Subject">The task or text.</param>
/// <param name="Model">The model's scores.</param>
/// <param name="Other">The other one's; null when there is none.</param>
internal sealed record ScoredSubject(Subject Subject, ItemScores Model, ItemScores? Other)
{
    /// <summary>The scores of what the model is compared with where nothing is named: the merged model's, of that itself the published version's; null where there are none.</summary>
    public ItemScores? Counterpart { get; init; }

    /// <summary>The expert's scores; null when there is none, or when it is not scored.</summary>
    public ItemScores? Expert { get; init; }

    /// <summary>The expert; null when there is none among the models.</summary>
    public ModelResult? ExpertModel { get; init; }
}
