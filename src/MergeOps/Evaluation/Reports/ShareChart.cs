using MergeOps.Evaluation.Contract;

namespace MergeOps.Evaluation.Reports;

/// <summary>Bars of a share, such as the accuracy, of each model on each task, with their 95 % intervals, as inline SVG.</summary>
/// <param name="report">What was measured.</param>
/// <param name="headline">The mean of the share.</param>
internal sealed class ShareChart(EvaluationReport report, Figure headline)
{
    private const double BarWidth = 30, BarGap = 6, GroupGap = 72, Left = 46, Top = 14, PlotHeight = 300, Bottom = 34;

    private static readonly double[] GridLines = [0, 0.25, 0.5, 0.75, 1];

    private readonly ModelReport[] models = [.. report.Models.Where(model => model.Result.WhyNot is null)];

    private double GroupWidth => (models.Length * (BarWidth + BarGap)) - BarGap;

    /// <summary>The chart, or nothing when no model is evaluated.</summary>
    public HtmlText Draw()
    {
        Figure[] groups = [.. report.Figures.Where(figure => figure.Metric == headline.Metric && report.Data.Tasks.Any(task => task.Name == figure.Subject)), headline];
        if (models.Length == 0)
        {
            return HtmlText.Empty;
        }

        var width = Left + GroupGap + (groups.Length * (GroupWidth + GroupGap));
        return HtmlText.Of($"""
            <svg viewBox="0 0 {width} {Top + PlotHeight + Bottom}" role="img" aria-label="{Title} of each model on each task">
            {HtmlText.Join(GridLines.Select(share => GridLine(share, width)))}{HtmlText.Join(groups.Select(Group))}</svg>
            <ul class="legend">
            {HtmlText.Join(models.Select(LegendEntry))}</ul>

            """);
    }

    /// <summary>What the chart shows, as a heading.</summary>
    public string Title => char.ToUpperInvariant(headline.Metric.Label[0]) + headline.Metric.Label[1..];

    private static double HeightAt(double share) => Top + (PlotHeight * (1 - share));

    private static HtmlText GridLine(double share, double width) => HtmlText.Of($"""
        <line class="{(share == 0 ? "axis" : "grid")}" x1="{Left}" x2="{width}" y1="{HeightAt(share)}" y2="{HeightAt(share)}"/>
        <text x="{Left - 8}" y="{HeightAt(share) + 4}" text-anchor="end">{100 * share} %</text>

        """);

    private HtmlText Group(Figure figure, int index)
    {
        var left = Left + GroupGap + (index * (GroupWidth + GroupGap));
        return HtmlText.Of($"""
            {HtmlText.Join(models.Select((model, i) => Bar(model, figure, left + (i * (BarWidth + BarGap)))))}
            <text class="task" x="{left + (GroupWidth / 2)}" y="{Top + PlotHeight + 22}" text-anchor="middle">{Shortened(figure.Subject)}</text>

            """);
    }

    private HtmlText Bar(ModelReport model, Figure figure, double left)
    {
        var share = model.Figures[figure];
        if (share is not { Value: { } value, Interval: { } interval })
        {
            return HtmlText.Empty;
        }

        var (middle, lower, upper) = (left + (BarWidth / 2), HeightAt(interval.Lower), HeightAt(interval.Upper));
        return HtmlText.Of($"""
            <g><title>{model.Result.Name} on {figure.Subject}: {figure.Metric.Text(share)}</title>
            <rect class="{ColourOf(model)}" x="{left}" y="{HeightAt(value)}" width="{BarWidth}" height="{PlotHeight * value}" rx="2"/>
            <path class="whisker" fill="none" d="M{middle - 5} {upper}h10m-5 0V{lower}m-5 0h10"/></g>

            """);
    }

    private HtmlText LegendEntry(ModelReport model) => HtmlText.Of($"""
        <li><svg viewBox="0 0 10 10" aria-hidden="true"><rect class="{ColourOf(model)}" width="10" height="10" rx="2"/></svg>
        {model.Result.Name} <span class="soft">{ReportText.Role(model.Result)}</span></li>

        """);

    private string ColourOf(ModelReport model) => model.Result.Role switch
    {
        ModelRole.Base => "base",
        ModelRole.Average => "average",
        ModelRole.Published => "published",
        ModelRole.Merged => "merged",
        _ => $"parent-{models.Where(other => other.Result.Role == ModelRole.Parent).TakeWhile(other => other != model).Count() % 6}",
    };

    private static string Shortened(string name) => name.Length <= 18 ? name : name[..17] + "…";
}
