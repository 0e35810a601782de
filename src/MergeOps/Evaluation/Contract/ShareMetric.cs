using MergeOps.Evaluation.Intervals;
using MergeOps.Evaluation.Scores;

namespace MergeOps.Evaluation.Contract;

/// <summary>The share of the items that have a flag.</summary>
/// <param name="Flag">The flag.</param>
internal abstract record ShareMetric(ScoreColumn Flag) : ItemMetric
{
    /// <inheritdoc/>
    public override (double Lowest, double Highest) Range => (0, 1);

    /// <inheritdoc/>
    public override bool IsShare => true;

    /// <inheritdoc/>
    public override string Interval => "exact; for related items with their effective number";

    /// <inheritdoc/>
    public override bool AppliesTo(SubjectKind kind) => kind.Answers is not null && kind.Columns.Contains(Flag);

    /// <inheritdoc/>
    public override Part Of(ScoredSubject scored) => new(scored.Other is null
        ? Proportions.Share(scored.Model.Flags(Flag), scored.Subject.Groups)
        : Proportions.Difference(scored.Model.Flags(Flag), scored.Other.Flags(Flag), scored.Subject.Groups));
}
