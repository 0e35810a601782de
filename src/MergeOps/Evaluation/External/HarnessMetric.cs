using System.Globalization;
using MergeOps.Evaluation.Contract;
using MergeOps.Evaluation.Scores;

namespace MergeOps.Evaluation.External;

/// <summary>A score that another harness measured; its results say which direction is better, or else its name does. Two models' scores are paired where those of their items are known.</summary>
/// <param name="Measure">The other harness's name for what it measured.</param>
internal sealed record HarnessMetric(string Measure) : Metric
{
    private HarnessMeasure? Known => HarnessMeasure.Of(Measure);

    /// <inheritdoc/>
    public override string Name => Measure;

    /// <inheritdoc/>
    public override string Summary => "a score of lm-evaluation-harness";

    /// <inheritdoc/>
    public override (double Lowest, double Highest) Range => Known is { } known ? (known.Lowest, known.Highest) : (double.NegativeInfinity, double.PositiveInfinity);

    /// <summary>Whether a task's figure is the mean over its items, as far as the name says.</summary>
    public bool IsMean => Known is { IsMean: true };

    /// <summary>Why a value can be none of this metric; null when it can.</summary>
    public string? Objection(double value) =>
        Range is var (lowest, highest) && (value < lowest || value > highest)
            ? string.Create(CultureInfo.InvariantCulture, $"its '{Measure}' is {value}, but a score of this kind {(double.IsFinite(highest) ? $"lies between {lowest} and {highest}" : $"is at least {lowest}")}")
            : null;

    /// <inheritdoc/>
    public override string Interval => "exact where the score is a share of the items, else Student's t times the standard error";

    /// <inheritdoc/>
    public override string? DoubtOf(double bound, bool isDifference) =>
        isDifference && Range == (-1, 1) && Math.Abs(bound) >= 1
            ? string.Create(CultureInfo.InvariantCulture, $"is the whole distance between a perfect order and none: '{Measure}' lies between −1 and 1. Write {bound} of 100 points as {Math.Round(bound / 100, 6)}.") : null;

    /// <inheritdoc/>
    public override bool IsScoredHere => false;

    /// <inheritdoc/>
    public override bool? LargerIsBetter(ModelResult model, Figure figure) => ScoreOf(model, figure).HigherIsBetter ?? Known?.LargerIsBetter;

    /// <inheritdoc/>
    public override Measured Of(ScoredModels scored, ModelResult model, ModelResult? other, Figure figure)
    {
        var score = ScoreOf(model, figure);
        if (other is null)
        {
            return score.Figure.Within(Range);
        }

        var than = ScoreOf(other, figure);
        if ((score.WhyNot ?? than.WhyNot) is { } whyNot)
        {
            return Measured.Missing(whyNot);
        }

        return score.Incomparable(than) is { } why
            ? Measured.Missing($"the results of '{model.Name}' and '{other.Name}' cannot be compared: {why}")
            : (score is { Samples: { } samples } && than.Samples is { } others ? samples.Less(others) : score.Less(than)).Within(RangeBeside);
    }

    /// <inheritdoc/>
    public override string? RemarkOn(ModelResult model, Figure figure, bool isDifference) => model.External.GetValueOrDefault(figure) switch
    {
        null => null,
        { Conditions: { Length: > 0 } conditions } score => $"{conditions}{(isDifference && score.Samples is null ? ", not paired" : "")}, {score.Scorer}",
        var score => score.Scorer,
    };

    private static ExternalScore ScoreOf(ModelResult model, Figure figure) =>
        model.External.GetValueOrDefault(figure) ?? ExternalScore.Missing($"there are no results of '{model.Name}'");
}
