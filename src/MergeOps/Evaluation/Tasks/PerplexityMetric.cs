using System.Globalization;
using MergeOps.Evaluation.Contract;
using MergeOps.Evaluation.Intervals;
using MergeOps.Evaluation.Scores;

namespace MergeOps.Evaluation.Tasks;

/// <summary>exp(Σ loss / Σ units), over all items together.</summary>
/// <param name="Key">Its name.</param>
/// <param name="Per">What the loss is divided by; null for the number of items.</param>
/// <param name="PerWhat">What that is called.</param>
internal sealed record PerplexityMetric(string Key, ScoreColumn? Per, string PerWhat) : ItemMetric
{
    /// <summary>That of LAMBADA: by answer and not by token.</summary>
    public static PerplexityMetric OfAnswers { get; } = new("perplexity", null, "answer");

    /// <inheritdoc/>
    public override string Name => Key;

    /// <inheritdoc/>
    public override string Summary => $"e to the power of the loss per {PerWhat}, over all items together";

    /// <inheritdoc/>
    public override (double Lowest, double Highest) Range => (1, double.PositiveInfinity);

    /// <inheritdoc/>
    public override bool HigherIsBetter => false;

    /// <inheritdoc/>
    public override int Decimals => 2;

    /// <inheritdoc/>
    public override string CardMeaning => $"e to the power of the loss per {PerWhat}";

    /// <inheritdoc/>
    public override string Interval => "e to the power of both ends of the loss's; of a difference, linearized";

    /// <inheritdoc/>
    public override bool AppliesTo(SubjectKind kind) => kind.Metrics.Contains(this);

    /// <inheritdoc/>
    public override Part Of(ScoredSubject scored)
    {
        var own = Ratio(scored, scored.Model, 1);
        if (WhyNot(scored, own) is { } missing)
        {
            return missing;
        }

        var value = Math.Exp(own.Value);
        if (scored.Other is not { } compared)
        {
            return own.Less(null) is { } estimate
                ? new(new Estimate(value, new(Math.Exp(estimate.Interval.Lower), Math.Exp(estimate.Interval.Upper)), estimate.Skewness))
                : Part.Without(value, NothingVaries);
        }

        // e^x grows by e^x for each unit of x, so the difference varies like that of both losses times their own perplexities
        var ofCompared = Ratio(scored, compared, 1);
        if (WhyNot(scored, ofCompared) is { } none)
        {
            return none;
        }

        if (own.IsSameAs(ofCompared))
        {
            return Part.Same;
        }

        var others = Math.Exp(ofCompared.Value);
        var difference = value - others;
        return Ratio(scored, scored.Model, value).Less(Ratio(scored, compared, others)) is { } around
            ? new(new Estimate(difference, new(difference - around.Below, difference + around.Above), around.Skewness))
            : Part.Without(difference, NothingVaries);
    }

    private Part? WhyNot(ScoredSubject scored, RatioOfSums loss) =>
        !double.IsFinite(loss.Value) ? NoFiniteLoss(scored)
        : double.IsInfinity(Math.Exp(loss.Value)) ? Part.Missing(string.Create(CultureInfo.InvariantCulture, $"e to the power of a loss of {loss.Value:0.#} nats per {PerWhat} on '{scored.Subject.Name}' is beyond the largest number; the loss itself can be compared"))
        : null;

    private RatioOfSums Ratio(ScoredSubject scored, ItemScores scores, double scale)
    {
        var loss = scores[ScoreColumn.Loss];
        var per = Per is null ? null : scores[Per];
        return new(scored.Subject.Groups.Sums(item => scale * loss[item]), scored.Subject.Groups.Sums(item => per?[item] ?? 1));
    }
}
