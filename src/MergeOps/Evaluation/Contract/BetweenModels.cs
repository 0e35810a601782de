using MergeOps.Evaluation.Intervals;
using MergeOps.Evaluation.Scores;

namespace MergeOps.Evaluation.Contract;

/// <summary>
/// What two models have in common. Of one model it is what it has in common with the merged one, and of the merged one with
/// the published version.
/// </summary>
internal abstract record BetweenModels : ItemMetric
{
    /// <inheritdoc/>
    public override string Interval => GroupMeans.Interval + "; exact where nothing moved";

    /// <inheritdoc/>
    public override bool ComparesModels => true;

    /// <inheritdoc/>
    public sealed override bool AppliesTo(SubjectKind kind) => kind.GivesVectors;

    /// <inheritdoc/>
    public sealed override Part Of(ScoredSubject scored) => (scored.Other ?? scored.Counterpart) is not { } other ? Part.Missing("there is no model to compare with")
        : Compare(scored.Subject, scored.Model, other) is var part && part is { Estimate: null, WhyNot: null } ? new(OfEqual(part.Value, scored.Subject.Groups.Count))
        : part;

    // where nothing moved in any group, the next one may have: the exact interval of a share on the metric's range
    private Estimate OfEqual(double value, int groups)
    {
        var (lowest, width) = (Range.Lowest, Range.Highest - Range.Lowest);
        var share = Math.Clamp((value - lowest) / width, 0, 1);
        var interval = Proportions.Exact(share * groups, groups);
        return new(value, new(Math.Min(value, lowest + (width * interval.Lower)), Math.Max(value, lowest + (width * interval.Upper))));
    }

    /// <summary>What the vectors of two models have in common.</summary>
    protected abstract Part Compare(Subject subject, ItemScores model, ItemScores other);

    /// <inheritdoc/>
    public sealed override string Difference(Measured figure) => Text(figure);
}
