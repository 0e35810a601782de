using System.Globalization;
using MergeOps.Evaluation.Scores;
using MergeOps.Recipes;

namespace MergeOps.Evaluation.Gates;

/// <summary>
/// Decides gates. A plain gate compares the figure itself; one with <c>against</c> compares the end of the paired 95 % interval
/// that is nearer to failing, so that noise does not pass it. Without a figure a gate fails.
/// </summary>
internal sealed class GateJudge(Measurements measurements, IReadOnlyList<ModelResult> models, GateVocabulary vocabulary)
{
    /// <summary>What the rounding of a mean may take from a figure that meets its bound exactly.</summary>
    private const double RoundingSlack = 1e-12;

    /// <summary>The verdict on one gate.</summary>
    public GateResult Judge(GateSettings gate)
    {
        var (measured, other) = Measure(gate);
        var (met, detail) = Decide(gate, measured, other);
        return new()
        {
            Metric = gate.Metric.Value,
            Min = gate.Min?.Value,
            Max = gate.Max?.Value,
            Against = gate.Against?.Value,
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

        if (gate.Against is not { } against)
        {
            return (measurements.Of(merged, metric), null);
        }

        var (other, whyNot) = measurements.Opponent(against.Value, metric);
        return other is null ? (Measured.Missing(whyNot), null) : (measurements.Difference(merged, other, metric), other);
    }

    private static (bool Met, string Detail) Decide(GateSettings gate, Measured measured, ModelResult? other)
    {
        var subject = gate.Metric.Value + (gate.Against is { } against ? $" less that of {other?.Name ?? against.Value}" : "");
        if (!measured.Exists)
        {
            return (false, $"{subject} has no value: {measured.WhyNot.TrimEnd('.')}.");
        }

        var value = measured.Value.Value;
        var paired = gate.Against is null ? null : measured.Interval;
        var failure =
            gate.Min is { } min && (paired?.Lower ?? value) < min.Value - RoundingSlack ? $"below the 'min' of {Number(min.Value)}"
            : gate.Max is { } max && (paired?.Upper ?? value) > max.Value + RoundingSlack ? $"above the 'max' of {Number(max.Value)}"
            : null;
        var verdict = failure is null ? "as asked" : (paired is null ? "" : "the interval reaches ") + failure;
        return (failure is null, $"{subject} is {Number(value)}{Bracket(measured.Interval)}: {verdict}.");
    }

    private static string Bracket(Interval? interval) =>
        interval is { } i ? $" (95 % interval {Number(i.Lower)} to {Number(i.Upper)})" : "";

    private static string Number(double value) => value.ToString("0.####", CultureInfo.InvariantCulture);
}
