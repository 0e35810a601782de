using MergeOps.Evaluation.Contract;
using MergeOps.Evaluation.Intervals;
using MergeOps.Evaluation.Scores;
using MergeOps.Recipes;

namespace MergeOps.Evaluation.Metrics;

/// <summary>The share of answered items divided by that of the task's expert.</summary>
internal sealed record ExpertShare : ItemMetric
{
    /// <summary>No model is so many times as good as a task's expert.</summary>
    private const double LargestShare = 10;

    /// <inheritdoc/>
    public override string Name => "expert_share";

    /// <inheritdoc/>
    public override string Summary => "the accuracy divided by that of the task's `expert`";

    /// <inheritdoc/>
    public override (double Lowest, double Highest) Range => (0, double.PositiveInfinity);

    /// <inheritdoc/>
    public override bool IsShare => true;

    /// <inheritdoc/>
    public override string Interval => "of 1 + (accuracy − the expert's) / the expert's, joined with its correlation";

    /// <inheritdoc/>
    public override bool AppliesTo(SubjectKind kind) => kind.Answers is not null;

    /// <inheritdoc/>
    public override string? LackOf(TaskSettings task) =>
        task.Expert is null ? $"needs the expert of '{task.Name.Value}', and that task names none. Add 'expert:' to it." : null;

    /// <inheritdoc/>
    public override bool NeedsExpert => true;

    /// <inheritdoc/>
    public override string? DoubtOf(double bound, bool isDifference) =>
        Math.Abs(bound) > LargestShare ? FormattableString.Invariant($"asks for {bound} times the expert's accuracy.") : null;

    /// <inheritdoc/>
    public override string? Line(Measured figure) => figure.Exists ? $"{FigureText.Percent(figure.Value.Value)} of expert" : null;

    /// <inheritdoc/>
    public override Part Of(ScoredSubject scored)
    {
        var name = scored.Subject.Name;
        if (scored.ExpertModel is not { } expert)
        {
            return Part.Missing($"the task '{name}' has no expert among the models");
        }

        if (scored.Expert is not { } experts)
        {
            return Part.Missing(expert.NotEvaluated);
        }

        var flag = scored.Subject.Kind.Answers!;
        var answered = experts.Flags(flag);
        if (!answered.Contains(true))
        {
            return Part.Missing($"the expert '{expert.Name}' answers nothing on '{name}'");
        }

        // the expert's own accuracy is an estimate too, on the same items: the share is 1 + (accuracy - the expert's) / the expert's
        var (than, whole) = scored.Other is { } other ? (other, 0) : (experts, 1);
        if (ReferenceEquals(scored.Model, than))
        {
            return new(new Estimate(whole, new(whole, whole)));
        }

        var (right, others) = (scored.Model.Flags(flag), than.Flags(flag));
        var difference = Proportions.Difference(right, others, scored.Subject.Groups);
        var accuracy = Proportions.Share(answered, scored.Subject.Groups);
        return SquareAndAdd.Ratio(difference, accuracy, Correlation(right, others, answered)) is { } ratio
            ? new(ratio with { Value = whole + ratio.Value, Interval = new(whole + ratio.Interval.Lower, whole + ratio.Interval.Upper) })
            : Part.Without(whole + (difference.Value / accuracy.Value), $"the expert '{expert.Name}' answers too few items of '{name}' to measure against");
    }

    // of the difference of two answers with the expert's
    private static double Correlation(bool[] right, bool[] others, bool[] experts)
    {
        double count = right.Length;
        var (sum, squares, answers, both) = (0.0, 0.0, 0.0, 0.0);
        for (var item = 0; item < right.Length; item++)
        {
            var difference = (right[item] ? 1 : 0) - (others[item] ? 1 : 0);
            sum += difference;
            squares += difference * difference;
            answers += experts[item] ? 1 : 0;
            both += experts[item] ? difference : 0;
        }

        var variances = (squares - (sum * sum / count)) * (answers - (answers * answers / count));
        return variances <= 0 ? 0 : Math.Clamp((both - (sum * answers / count)) / Math.Sqrt(variances), -1, 1);
    }
}
