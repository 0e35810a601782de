using System.Globalization;
using MergeOps.Evaluation.External;
using MergeOps.Evaluation.Figures;
using MergeOps.Evaluation.Scores;
using MergeOps.Recipes;
using MergeOps.Recipes.Declarations;

namespace MergeOps.Evaluation.Gates;

/// <summary>
/// Measures what a gate asks for and decides it. Without a figure a gate fails, except that a first version cannot be compared
/// with the published one.
/// </summary>
/// <param name="measurements">Gives the figures.</param>
/// <param name="models">What was measured.</param>
/// <param name="vocabulary">The recipe's metrics.</param>
/// <param name="isFirstVersion">Whether nothing is published yet.</param>
internal sealed class GateJudge(Measurements measurements, IReadOnlyList<ModelResult> models, GateVocabulary vocabulary, bool isFirstVersion)
{
    /// <summary>The verdict on one gate.</summary>
    public GateResult Judge(GateSettings gate)
    {
        var (measured, other) = Measure(gate);
        var score = ScoreOf(gate);
        var decision = IsForLater(gate)
            ? new(GateVerdict.Passed, $"{gate.Metric.Value}: nothing is published yet that this could be compared with.")
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
            Decimals = vocabulary.TryFind(gate.Metric.Value, out var metric) ? metric.Decimals : 0,
            Verdict = decision.Verdict,
            Detail = decision.Reason,
            MoreItems = decision.MoreItems,
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

        if (BaselineOf(gate) is not { } against)
        {
            return (measurements.Of(merged, metric), null);
        }

        var (other, whyNot) = measurements.Baseline(against, metric);
        return other is null ? (Measured.Missing(whyNot), null) : (measurements.Difference(merged, other, metric), other);
    }

    private static string? BaselineOf(GateSettings gate) => gate.Against?.Value ?? gate.NotWorseThan?.Value;

    private bool IsForLater(GateSettings gate) => isFirstVersion && BaselineOf(gate) == Baselines.Published;

    private ExternalScore? ScoreOf(GateSettings gate) =>
        vocabulary.TryFind(gate.Metric.Value, out var metric)
            ? models.FirstOrDefault(model => model.Role == ModelRole.Merged)?.External.GetValueOrDefault(metric)
            : null;

    private GateDecision Decide(GateSettings gate, Measured measured, ModelResult? other, ExternalScore? score)
    {
        var against = BaselineOf(gate);
        var subject = gate.Metric.Value + (against is null ? "" : $" − {other?.Name ?? against}");
        if (measured.Value is not { } value)
        {
            return new(GateVerdict.Failed, $"{subject} has no value: {measured.WhyNot!.TrimEnd('.')}.");
        }

        var text = new FigureForm(against is not null, vocabulary.TryFind(gate.Metric.Value, out var metric) ? Math.Min(metric.Decimals, 4) : 4);
        var figure = $"{subject} = {text.Of(value)}{(measured.Interval is { } i ? $" (95 % interval {text.Of(i.Lower)} to {text.Of(i.Upper)})" : "")}{Scored(score, against)}";
        var (lower, upper, isKnown) = BoundsOf(gate, score);
        if (!isKnown)
        {
            return new(GateVerdict.Failed, $"{figure}: the results do not say whether a larger value is the better one.");
        }

        var decision = GateDecision.Of(measured, lower, upper);
        var advice = decision.Verdict == GateVerdict.Undecided && gate is { NotWorseThan: not null, Margin: null }
            ? " A 'margin' says which loss would be acceptable." : "";
        return decision with { Reason = $"{figure}{(decision.Verdict == GateVerdict.Passed ? ", " : ": ")}{decision.Reason}{advice}" };
    }

    // 'not_worse_than' is a bound on the side on which the metric gets worse
    private (GateBound? Lower, GateBound? Upper, bool IsKnown) BoundsOf(GateSettings gate, ExternalScore? score)
    {
        if (gate.NotWorseThan is null)
        {
            return (Named("min", gate.Min?.Value), Named("max", gate.Max?.Value), true);
        }

        var margin = gate.Margin?.Value ?? 0;
        var words = margin == 0 ? "0, without a 'margin'," : string.Create(CultureInfo.InvariantCulture, $"the 'margin' of {margin}");
        var largerIsBetter = score is not null
            ? score.HigherIsBetter
            : vocabulary.TryFind(gate.Metric.Value, out var metric) ? metric.LargerIsBetter : null;
        return largerIsBetter switch
        {
            true => (new(-margin, words), null, true),
            false => (null, new(margin, words), true),
            null => (null, null, false),
        };
    }

    private static GateBound? Named(string key, double? bound) =>
        bound is { } value ? new(value, string.Create(CultureInfo.InvariantCulture, $"the '{key}' of {value}")) : null;

    private static string Scored(ExternalScore? score, string? against) => score switch
    {
        null => "",
        { Conditions: { Length: > 0 } conditions } => $", {conditions}{(against is null ? "" : ", not paired")}, {score.Scorer}",
        _ => $", {score.Scorer}",
    };

    /// <summary>How figures are written: differences with their sign, and no more decimals than count.</summary>
    private readonly record struct FigureForm(bool IsDifference, int Decimals)
    {
        public string Of(double value)
        {
            var rounded = Math.Round(value, Decimals) + 0.0;
            return (IsDifference && rounded > 0 ? "+" : rounded < 0 ? "−" : "") + Math.Abs(rounded).ToString("0.####", CultureInfo.InvariantCulture);
        }
    }
}
