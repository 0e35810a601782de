using System.Globalization;
using MergeOps.Evaluation.External;
using MergeOps.Evaluation.Scores;
using MergeOps.Recipes;

namespace MergeOps.Evaluation.Gates;

/// <summary>
/// Decides gates. A plain gate compares the figure itself; one with <c>against</c> compares the end of the paired 95 % interval
/// that is nearer to failing, so that noise does not pass it, and so does <c>not_worse_than</c> within its margin. Without a
/// figure a gate fails, except that a first version cannot be compared with the published one.
/// </summary>
/// <param name="measurements">Gives the figures.</param>
/// <param name="models">What was measured.</param>
/// <param name="vocabulary">The recipe's metrics.</param>
/// <param name="isFirstVersion">Whether nothing is published yet.</param>
internal sealed class GateJudge(Measurements measurements, IReadOnlyList<ModelResult> models, GateVocabulary vocabulary, bool isFirstVersion)
{
    /// <summary>What the rounding of a mean may take from a figure that meets its bound exactly.</summary>
    private const double RoundingSlack = 1e-12;

    /// <summary>The verdict on one gate.</summary>
    public GateResult Judge(GateSettings gate)
    {
        var (measured, other) = Measure(gate);
        var score = ScoreOf(gate);
        var (met, detail) = IsForLater(gate)
            ? (true, $"{gate.Metric.Value}: nothing is published yet that this could be compared with.")
            : Decide(gate, measured, other, score);
        return new()
        {
            Metric = gate.Metric.Value,
            Min = gate.Min?.Value,
            Max = gate.Max?.Value,
            Against = gate.Against?.Value,
            NotWorseThan = gate.NotWorseThan?.Value,
            Margin = gate.Margin?.Value,
            External = score,
            Other = other?.Name,
            Measured = measured,
            Met = met,
            Detail = detail,
            Span = gate.Span,
        };
    }

    private (Measured Measured, ModelResult? Other) Measure(GateSettings gate)
    {
        if (!vocabulary.TryFind(gate.Metric.Value, out var metric))
        {
            return (Measured.Missing(vocabulary.Explain(gate.Metric.Value)), null);
        }

        if (models.FirstOrDefault(model => model.Role == ModelRole.Merged) is not { } merged)
        {
            return (Measured.Missing("there is no merged model"), null);
        }

        if (Opponent(gate) is not { } against)
        {
            return (measurements.Of(merged, metric), null);
        }

        var (other, whyNot) = measurements.Opponent(against, metric);
        return other is null ? (Measured.Missing(whyNot), null) : (measurements.Difference(merged, other, metric), other);
    }

    private static string? Opponent(GateSettings gate) => gate.Against?.Value ?? gate.NotWorseThan?.Value;

    private bool IsForLater(GateSettings gate) => isFirstVersion && Opponent(gate) == GateVocabulary.Published;

    private ExternalScore? ScoreOf(GateSettings gate) =>
        vocabulary.TryFind(gate.Metric.Value, out var metric)
            ? models.FirstOrDefault(model => model.Role == ModelRole.Merged)?.External.GetValueOrDefault(metric)
            : null;

    private (bool Met, string Detail) Decide(GateSettings gate, Measured measured, ModelResult? other, ExternalScore? score)
    {
        var against = Opponent(gate);
        var subject = gate.Metric.Value + (against is null ? "" : $" less that of {other?.Name ?? against}");
        if (!measured.Exists)
        {
            return (false, $"{subject} has no value: {measured.WhyNot.TrimEnd('.')}.");
        }

        var (lower, upper, isKnown) = BoundsOf(gate, score);
        if (!isKnown)
        {
            return (false, $"{subject} is {Number(measured.Value.Value)}, and the results do not say whether a larger value is the better one.");
        }

        var value = measured.Value.Value;
        var paired = against is null ? null : measured.Interval;
        var failure =
            lower is { } min && (paired?.Lower ?? value) < min - RoundingSlack ? $"below {Bound(gate, "min", min)}"
            : upper is { } max && (paired?.Upper ?? value) > max + RoundingSlack ? $"above {Bound(gate, "max", max)}"
            : null;
        var verdict = failure is null ? "as asked" : (paired is null ? "" : "the interval reaches ") + failure;
        return (failure is null, $"{subject} is {Number(value)}{Bracket(measured.Interval)}{Scored(score, against)}: {verdict}.");
    }

    // 'not_worse_than' is a bound on the side on which the metric gets worse
    private (double? Lower, double? Upper, bool IsKnown) BoundsOf(GateSettings gate, ExternalScore? score)
    {
        if (gate.NotWorseThan is null)
        {
            return (gate.Min?.Value, gate.Max?.Value, true);
        }

        var margin = gate.Margin?.Value ?? 0;
        var largerIsBetter = score is not null
            ? score.HigherIsBetter
            : vocabulary.TryFind(gate.Metric.Value, out var metric) ? metric.LargerIsBetter : null;
        return largerIsBetter switch
        {
            true => (-margin, null, true),
            false => (null, margin, true),
            null => (null, null, false),
        };
    }

    private static string Bound(GateSettings gate, string key, double bound) =>
        gate.NotWorseThan is null ? $"the '{key}' of {Number(bound)}"
        : bound == 0 ? "0, and there is no 'margin'"
        : $"{Number(bound)}, which the 'margin' allows";

    private static string Scored(ExternalScore? score, string? against) => score switch
    {
        null => "",
        { Conditions: { Length: > 0 } conditions } => $", {conditions}{(against is null ? "" : ", not paired")}, {score.Scorer}",
        _ => $", {score.Scorer}",
    };

    private static string Bracket(Interval? interval) =>
        interval is { } i ? $" (95 % interval {Number(i.Lower)} to {Number(i.Upper)})" : "";

    private static string Number(double value) => value.ToString("0.####", CultureInfo.InvariantCulture);
}
