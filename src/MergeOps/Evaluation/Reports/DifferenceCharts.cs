using System.Collections.Immutable;
using MergeOps.Evaluation.Charts;
using MergeOps.Evaluation.Contract;
using MergeOps.Evaluation.Figures;
using MergeOps.Evaluation.Gates;

namespace MergeOps.Evaluation.Reports;

/// <summary>The merged model less each of its alternatives with paired intervals, and every gate with its bounds.</summary>
internal sealed class DifferenceCharts(EvaluationReport report)
{
    /// <summary>What stands beside a bound, as a part of the distance between the outermost values.</summary>
    private const double Beside = 0.12;

    private readonly ImmutableArray<Comparison> shown =
    [
        .. report.Data.Tasks.Length == 1 ? [] : report.Comparisons.Where(comparison => comparison.Difference.Exists),
        .. report.BySubject.Where(comparison => comparison.Difference.Exists),
    ];

    /// <summary>A chart for each figure, on one scale for each metric.</summary>
    public IEnumerable<Chart> Charts => shown.GroupBy(comparison => comparison.Figure).Select(ofFigure =>
    {
        var scale = ScaleOf(ofFigure.Key.Metric);
        return new Chart(
            ReportText.TitleOf(ofFigure.Key, shown.Select(comparison => comparison.Figure)),
            ReportText.MeasuredBy(report, ofFigure.Key),
            [.. ofFigure.GroupBy(comparison => comparison.Other).Select(same => Row(same.FirstOrDefault(comparison => GatesOf(comparison).Any()) ?? same.First(), scale))],
            scale);
    });

    /// <summary>A chart for each gate.</summary>
    public IEnumerable<Chart> Gates => report.Gates.Select(gate =>
    {
        var other = gate.Other ?? gate.Against ?? gate.NotWorseThan;
        var isDifference = other is not null && !gate.IsInCommon;
        var metric = report.Figures.FirstOrDefault(figure => figure.ToString() == gate.Metric)?.Metric;
        var scale = Around(ValuesOf(gate), metric is null ? new(IsShare: false, isDifference) : TickUnit.Of(metric, isDifference));
        var name = other is null ? gate.Subject : $"merged {GateCondition.Between(gate.IsInCommon)} {other}";
        var value = gate.Measured switch
        {
            { Exists: false } => "no figure",
            _ when metric is null => FigureText.ThousandthsWithInterval(gate.Measured),
            _ => isDifference ? metric.Difference(gate.Measured) : metric.Full(gate.Measured),
        };
        return new Chart(gate.Condition, "", [new(name, "", value, TrackOf(gate, scale))], scale)
        {
            Tag = (ReportText.Verdict(gate), ReportText.ColorOf(gate.Verdict)),
            Detail = gate.Detail + ReportText.Detectable(gate),
        };
    });

    private ChartRow Row(Comparison comparison, Scale scale)
    {
        var track = new Track(scale);
        foreach (var gate in GatesOf(comparison))
        {
            track.Allowed(gate.Lowest, gate.Highest);
        }

        track.Grid();
        foreach (var gate in GatesOf(comparison))
        {
            Bounds(track, gate);
        }

        var (difference, name) = (comparison.Difference, comparison.IsFall ? "no" : comparison.IsRise ? "yes" : "open");
        return new(
            comparison.Other,
            ReportText.Comparison(comparison.Against),
            comparison.Figure.Metric.Difference(difference),
            track.Point(difference.Value!.Value, difference.Interval, name));
    }

    private IEnumerable<GateResult> GatesOf(Comparison comparison) => report.Gates.Where(gate =>
        gate.Metric == comparison.Figure.ToString() && (gate.Against ?? gate.NotWorseThan) == comparison.Against);

    private static void Bounds(Track track, GateResult gate)
    {
        foreach (var bound in new[] { gate.Lowest, gate.Highest }.OfType<double>())
        {
            track.Bound(bound);
        }
    }

    private static Track? TrackOf(GateResult gate, Scale scale)
    {
        if (gate.Measured.Value is not { } value)
        {
            return null;
        }

        var track = new Track(scale).Allowed(gate.Lowest, gate.Highest).Grid();
        Bounds(track, gate);
        return track.Point(value, gate.Measured.Interval, ReportText.ColorOf(gate.Verdict));
    }

    private static IEnumerable<double> ValuesOf(GateResult gate) =>
        new[] { gate.Measured.Value, gate.Measured.Interval?.Lower, gate.Measured.Interval?.Upper, gate.Lowest, gate.Highest }.OfType<double>();

    // so that there is something to see on both sides of a bound
    private static Scale Around(IEnumerable<double> values, TickUnit unit)
    {
        double[] all = [.. values.DefaultIfEmpty(0)];
        var room = Beside * (all.Max() - all.Min());
        return Scale.Of([.. all, all.Min() - room, all.Max() + room], unit);
    }

    private Scale ScaleOf(Metric metric)
    {
        var values = shown.Where(comparison => comparison.Figure.Metric == metric).SelectMany(comparison => new[]
        {
            comparison.Difference.Value!.Value, comparison.Difference.Interval?.Lower ?? 0, comparison.Difference.Interval?.Upper ?? 0,
        });
        var bounds = report.Gates.Where(gate => (gate.Against ?? gate.NotWorseThan) is not null && shown.Any(comparison => comparison.Figure.Metric == metric && comparison.Figure.ToString() == gate.Metric))
            .SelectMany(gate => new[] { gate.Lowest, gate.Highest }.OfType<double>());
        return Scale.WithZero(values.Concat(bounds), TickUnit.Of(metric, isDifference: !metric.ComparesModels));
    }
}
