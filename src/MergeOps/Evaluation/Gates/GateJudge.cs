using System.Globalization;
using MergeOps.Evaluation.Contract;
using MergeOps.Evaluation.Figures;
using MergeOps.Evaluation.Scores;
using MergeOps.Recipes;
using MergeOps.Recipes.Declarations;

namespace MergeOps.Evaluation.Gates;

/// <summary>
/// Measures what a gate asks for and decides it. Without a figure a gate fails. A first version, which cannot be compared with the
/// published one, passes where it has a figure itself.
/// </summary>
/// <param name="measurements">Gives the figures.</param>
/// <param name="models">What was measured.</param>
/// <param name="figures">What the recipe measures.</param>
/// <param name="isFirstVersion">Whether nothing was published before the model.</param>
internal sealed class GateJudge(Measurements measurements, IReadOnlyList<ModelResult> models, RecipeFigures figures, bool isFirstVersion)
{
    /// <summary>The verdict on one gate.</summary>
    public GateResult Judge(GateSettings gate)
    {
        var figure = figures.TryFind(gate.Metric.Value, out var found) ? found : null;
        var (measured, other) = figure is null ? (Measured.Missing(figures.Explain(gate.Metric.Value)), null) : Measure(gate, figure);
        var remark = Merged is null || figure is null ? null : figure.Metric.RemarkOn(Merged, figure, BaselineOf(gate) is not null);
        var decision = figure is not null && IsForLater(gate) ? DecideFirst(gate, figure) : Decide(gate, figure, measured, other, remark);
        var bounds = figure is null || Merged is null ? null : BoundsOf(gate, figure);
        return new()
        {
            Metric = gate.Metric.Value,
            Lowest = bounds?.Lower?.Value,
            Highest = bounds?.Upper?.Value,
            Min = gate.Min?.Value,
            Max = gate.Max?.Value,
            Against = gate.Against?.Value,
            NotWorseThan = gate.NotWorseThan?.Value,
            Margin = gate.Margin?.Value,
            Remark = remark,
            IsInCommon = figure?.Metric.ComparesModels == true,
            Other = other?.Name,
            Measured = measured,
            Decimals = figure?.Metric.Decimals ?? 0,
            Verdict = decision.Verdict,
            Detail = decision.Reason,
            MoreItems = decision.MoreItems,
            Span = gate.Span,
        };
    }

    private ModelResult? Merged => models.FirstOrDefault(model => model.Role == ModelRole.Merged);

    private (Measured Measured, ModelResult? Other) Measure(GateSettings gate, Figure figure)
    {
        if (Merged is not { } merged)
        {
            return (Measured.Missing("there is no merged model"), null);
        }

        if (BaselineOf(gate) is not { } against)
        {
            return (measurements.Of(merged, figure), null);
        }

        return measurements.Against(against, merged, figure);
    }

    private static string? BaselineOf(GateSettings gate) => gate.Against?.Value ?? gate.NotWorseThan?.Value;

    private bool IsForLater(GateSettings gate) => isFirstVersion && BaselineOf(gate) == Baselines.Published;

    // what has no figure gives the next version nothing to be compared with
    private GateDecision DecideFirst(GateSettings gate, Figure figure) =>
        !figure.Metric.ComparesModels && Merged is { } merged && measurements.Of(merged, figure) is { Exists: false, WhyNot: var whyNot }
            ? new(GateVerdict.Failed, $"{gate.Metric.Value} has no value, so the next version could not be compared with this one: {whyNot!.TrimEnd('.')}.")
            : new(GateVerdict.Passed, $"{gate.Metric.Value}: nothing was published before this model to compare it with.");

    private GateDecision Decide(GateSettings gate, Figure? figure, Measured measured, ModelResult? other, string? remark)
    {
        var against = BaselineOf(gate);
        var subject = gate.Metric.Value + (against is null ? "" : $" {GateCondition.Between(figure?.Metric.ComparesModels == true)} {other?.Name ?? against}");
        if (figure is null || measured.Value is not { } value)
        {
            return new(GateVerdict.Failed, $"{subject} has no value: {measured.WhyNot!.TrimEnd('.')}.");
        }

        var text = new FigureForm(against is not null && !figure.Metric.ComparesModels, Math.Min(figure.Metric.Decimals, 4));
        var words = $"{subject} = {text.Of(value)}{(measured.Interval is { } i ? $" (95 % interval {text.Of(i.Lower)} to {text.Of(i.Upper)}{Over(against, figure)})" : "")}{(remark is null ? "" : $", {remark}")}";
        if (BoundsOf(gate, figure) is not var (lower, upper))
        {
            return new(GateVerdict.Failed, $"{words}: the results do not say whether larger values are better.");
        }

        var decision = GateDecision.Of(measured, lower, upper);
        var advice = decision.Verdict == GateVerdict.Undecided && gate is { NotWorseThan: not null, Margin: null }
            ? " A 'margin' states how much loss is acceptable." : "";
        return decision with { Reason = $"{words}{(decision.Verdict == GateVerdict.Passed ? ", " : ": ")}{decision.Reason}{advice}" };
    }

    // who is the best one of several is seen on the same items, and the interval holds for each
    private string Over(string? against, Figure figure) =>
        against == Baselines.BestParent && !figure.Metric.ComparesModels && models.Count(model => model.IsParent) is > 1 and var parents
            ? string.Create(CultureInfo.InvariantCulture, $" over {parents} parents") : "";

    // 'not_worse_than' is a bound on the side on which the metric gets worse
    private (GateBound? Lower, GateBound? Upper)? BoundsOf(GateSettings gate, Figure figure)
    {
        if (gate.NotWorseThan is null)
        {
            return (Named("min", gate.Min?.Value), Named("max", gate.Max?.Value));
        }

        var margin = gate.Margin?.Value ?? 0;
        var words = margin == 0 ? "0, without a 'margin'," : string.Create(CultureInfo.InvariantCulture, $"the 'margin' of {margin}");
        return figure.Metric.LargerIsBetter(Merged!, figure) switch
        {
            true => (new(-margin, words), null),
            false => (null, new(margin, words)),
            null => null,
        };
    }

    private static GateBound? Named(string key, double? bound) =>
        bound is { } value ? new(value, string.Create(CultureInfo.InvariantCulture, $"the '{key}' of {value}")) : null;

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
