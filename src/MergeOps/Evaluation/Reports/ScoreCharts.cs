using System.Collections.Immutable;
using MergeOps.Evaluation.Charts;
using MergeOps.Evaluation.Contract;

namespace MergeOps.Evaluation.Reports;

/// <summary>Bars of what each task, text and score of others is measured by first, a bar for each model.</summary>
internal sealed class ScoreCharts(EvaluationReport report)
{
    private readonly ILookup<Metric, Figure> drawn = Shown(report).ToLookup(figure => figure.Metric);

    /// <summary>Of the tasks, their mean first where there are several.</summary>
    public ImmutableArray<Chart> InDomain =>
    [
        .. report.Data.Tasks.Length > 1 ? report.Headlines.Select(Of) : [],
        .. report.Data.Tasks.Select(task => Of(Leading(report, task.Name))),
    ];

    /// <summary>Of the texts.</summary>
    public ImmutableArray<Chart> OutOfDomain => [.. report.Data.Texts.Select(text => Of(Leading(report, text.Name)))];

    /// <summary>Of the scores of another harness.</summary>
    public ImmutableArray<Chart> Elsewhere => [.. report.External.Select(external => Of(external.Figure))];

    /// <summary>All of them.</summary>
    public ImmutableArray<Chart> All => [.. InDomain, .. OutOfDomain, .. Elsewhere];

    /// <summary>What a place with little room shows: the mean of the tasks, or the only one, and the texts.</summary>
    public IEnumerable<Chart> Few => [.. InDomain.Take(Math.Max(1, report.Data.Tasks.Length > 1 ? report.Headlines.Count() : 1)), .. OutOfDomain];

    /// <summary>What a task or text is measured by first.</summary>
    public static Figure Leading(EvaluationReport report, string subject) => report.Figures.First(figure => figure.Subject == subject);

    private static IEnumerable<Figure> Shown(EvaluationReport report) =>
    [
        .. report.Headlines,
        .. report.Data.Subjects.Select(subject => Leading(report, subject.Name)),
        .. report.External.Select(external => external.Figure),
    ];

    private Chart Of(Figure figure)
    {
        var scale = ScaleOf(figure.Metric);
        return new(ReportText.TitleOf(figure, drawn.SelectMany(ofMetric => ofMetric)), ReportText.MeasuredBy(report, figure), [.. report.Models.Select(model => Row(model, figure, scale))], scale);
    }

    private ChartRow Row(ModelReport model, Figure figure, Scale scale)
    {
        var measured = model.Figures[figure];
        var track = measured.Exists ? new Track(scale).Grid().Bar(measured.Value.Value, ReportText.ColorOf(model.Result)) : null;
        if (measured.Interval is { } interval)
        {
            track?.Whisker(interval);
        }

        var isOpened = !figure.Metric.IsScoredHere || (model.Result.WhyNot is null && (figure.IsMean || !report.Data.Subjects.Index().Any(subject => subject.Item.Name == figure.Subject && model.Result.On(subject.Index) is null)));
        return new(model.Result.Name, ReportText.Role(model.Result), measured.Exists ? ReportText.Value(model, figure) : isOpened ? $"no figure: {measured.WhyNot}" : "not evaluated", track)
        {
            Share = measured.Value is { } value ? scale.At(value).Value / 100 : null,
            IsStrong = model.Result.Role == ModelRole.Merged,
        };
    }

    // what is measured by one metric can be compared from chart to chart
    private Scale ScaleOf(Metric metric)
    {
        var (unit, (lowest, highest)) = (TickUnit.Of(metric, isDifference: false), metric.Range);
        double[] values =
        [
            .. from figure in drawn[metric]
               from model in report.Models
               let measured = model.Figures[figure]
               where measured.Exists
               from value in new[] { measured.Value!.Value, measured.Interval?.Lower ?? 0, measured.Interval?.Upper ?? 0 }
               select value,
        ];
        return !double.IsFinite(highest) ? Scale.WithZero(values, unit)
            : Scale.Between(double.IsFinite(lowest) && (lowest > 0 || values.Any(value => value < 0)) ? lowest : Math.Min(0, values.DefaultIfEmpty(0).Min()), highest, unit);
    }
}
