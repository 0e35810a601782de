using MergeOps.Evaluation.Scores;

namespace MergeOps.Evaluation.Contract;

/// <summary>The mean of a quantity over all items.</summary>
/// <param name="Quantity">The quantity.</param>
internal abstract record MeanMetric(ScoreColumn Quantity) : ItemMetric
{
    /// <inheritdoc/>
    public override string Interval => GroupMeans.Interval;

    /// <inheritdoc/>
    public override bool AppliesTo(SubjectKind kind) => kind.Columns.Contains(Quantity);

    /// <inheritdoc/>
    public override Part Of(ScoredSubject scored)
    {
        var (own, others) = (scored.Model[Quantity], scored.Other?[Quantity]);
        return GroupMeans.Of(scored.Subject, item => own[item] - (others?[item] ?? 0), NothingVaries);
    }
}
