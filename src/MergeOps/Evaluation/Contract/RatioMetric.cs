using MergeOps.Evaluation.Intervals;
using MergeOps.Evaluation.Scores;

namespace MergeOps.Evaluation.Contract;

/// <summary>The sum of a quantity over all items, divided by the sum of another one: long items weigh more.</summary>
/// <param name="Quantity">What is summed.</param>
/// <param name="Per">What it is divided by.</param>
/// <param name="Scale">What the ratio is multiplied by.</param>
internal abstract record RatioMetric(ScoreColumn Quantity, ScoreColumn Per, double Scale = 1) : ItemMetric
{
    /// <inheritdoc/>
    public override (double Lowest, double Highest) Range => (0, double.PositiveInfinity);

    /// <inheritdoc/>
    public override string Interval => "of a ratio of sums, linearized, by groups: the wider of Student's t and the studentized bootstrap";

    /// <inheritdoc/>
    public override bool AppliesTo(SubjectKind kind) => kind.Columns.Contains(Quantity) && (kind.Columns.Contains(Per) || kind.Sizes.Contains(Per));

    /// <inheritdoc/>
    public override Part Of(ScoredSubject scored)
    {
        var (own, other) = (Ratio(scored, scored.Model), scored.Other is null ? null : Ratio(scored, scored.Other));
        return !double.IsFinite(own.Value) || other is { Value: var compared } && !double.IsFinite(compared) ? NoFiniteLoss(scored)
            : other is not null && own.IsSameAs(other) ? Part.Same
            : own.Less(other) is { } estimate ? new(estimate)
            : Part.Without(own.Value - (other?.Value ?? 0), NothingVaries);
    }

    private RatioOfSums Ratio(ScoredSubject scored, ItemScores scores)
    {
        var (quantity, per) = (scores[Quantity], scores[Per]);
        return new(scored.Subject.Groups.Sums(item => Scale * quantity[item]), scored.Subject.Groups.Sums(item => per[item]));
    }
}
