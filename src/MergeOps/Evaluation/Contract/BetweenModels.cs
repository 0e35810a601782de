using MergeOps.Evaluation.Scores;

namespace MergeOps.Evaluation.Contract;

/// <summary>
/// What two models have in common. Of one model it is what it has in common with the merged one, and of the merged one with
/// the published version.
/// </summary>
internal abstract record BetweenModels : ItemMetric
{
    /// <inheritdoc/>
    public override string Interval => GroupMeans.Interval;

    /// <inheritdoc/>
    public override bool ComparesModels => true;

    /// <inheritdoc/>
    public sealed override bool AppliesTo(SubjectKind kind) => kind.GivesVectors;

    /// <inheritdoc/>
    public sealed override Part Of(ScoredSubject scored) => (scored.Other ?? scored.Counterpart) is { } other
        ? Compare(scored.Subject, scored.Model, other)
        : Part.Missing("there is no model to compare with");

    /// <summary>What the vectors of two models have in common.</summary>
    protected abstract Part Compare(Subject subject, ItemScores model, ItemScores other);

    /// <inheritdoc/>
    public sealed override string Difference(Measured figure) => Text(figure);
}
