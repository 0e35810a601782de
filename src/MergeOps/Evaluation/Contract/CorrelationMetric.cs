using MergeOps.Evaluation.Intervals;
using MergeOps.Evaluation.Scores;

namespace MergeOps.Evaluation.Contract;

/// <summary>A correlation, times 100, of what a model gives for each item with what is known of it.</summary>
/// <param name="Given">What the model gives.</param>
/// <param name="Known">What is known.</param>
internal abstract record CorrelationMetric(ScoreColumn Given, ScoreColumn Known) : ItemMetric
{
    private const double Scale = 100;

    /// <summary>Below this a bound is meant on the scale from −1 to 1.</summary>
    private const double LargestOfUnit = 1;

    /// <inheritdoc/>
    public override (double Lowest, double Highest) Range => (-Scale, Scale);

    /// <inheritdoc/>
    public override string Interval => "the item bootstrap's, by groups, the same resamples for both models; at least Student's with its standard error";

    /// <inheritdoc/>
    public override int Decimals => 3;

    /// <summary>The correlation.</summary>
    protected abstract Correlation Kind { get; }

    /// <inheritdoc/>
    public override bool AppliesTo(SubjectKind kind) => kind.Columns.Contains(Given) && kind.Sizes.Contains(Known);

    /// <inheritdoc/>
    public override Part Of(ScoredSubject scored)
    {
        var (own, others, known) = (scored.Model[Given], scored.Other?[Given], scored.Model[Known]);
        if (!Array.TrueForAll(own, double.IsFinite) || (others is not null && !Array.TrueForAll(others, double.IsFinite)))
        {
            return Part.Missing($"a model gives vectors on '{scored.Subject.Name}' that are not finite");
        }

        var bootstrap = new CorrelationBootstrap(Kind, known, scored.Subject.Groups);
        var value = bootstrap.Value(own) - (others is null ? 0 : bootstrap.Value(others));
        return value is not { } found ? Part.Missing($"on '{scored.Subject.Name}' every {scored.Subject.Kind.Unit} has the same score, or looks the same to a model, so nothing can be ordered")
            : others is not null && own.AsSpan().SequenceEqual(others) ? Part.Same
            : bootstrap.Estimate(own, others) is { } estimate ? new(Scaled(estimate))
            : Part.Without(Scale * found, NothingVaries);
    }

    /// <inheritdoc/>
    public override string? DoubtOf(double bound, bool isDifference) =>
        !isDifference && bound != 0 && Math.Abs(bound) <= LargestOfUnit
            ? FormattableString.Invariant($"means a correlation of {Math.Round(bound / Scale, 6)}: figures are multiplied by 100, as on leaderboards. Write {bound} as {Math.Round(bound * Scale, 6)}.") : null;

    /// <inheritdoc/>
    public override string Text(Measured figure) => FigureText.HundredthsWithInterval(figure);

    /// <inheritdoc/>
    public override string Full(Measured figure) => Text(figure);

    /// <inheritdoc/>
    public override string Difference(Measured figure) => FigureText.SignedHundredths(figure);

    private static Estimate Scaled(Estimate estimate) =>
        new(Scale * estimate.Value, new(Scale * estimate.Interval.Lower, Scale * estimate.Interval.Upper));
}
