using System.Collections.Immutable;
using MergeOps.Evaluation.Scores;

namespace MergeOps.Evaluation.Charts;

/// <summary>
/// The points of a search along one of its parameters, with their intervals and the value that was chosen; joined by a line
/// where there is no other parameter.
/// </summary>
internal sealed class CurveChart
{
    private const double Top = 12, PlotHeight = 200, Bottom = 30;

    /// <summary>What is left free beside the points, as a part of the distance between the outermost ones.</summary>
    private const double Left = 0.18, Right = 0.05;

    private readonly SearchCurve curve;
    private readonly ImmutableArray<Point> points;
    private readonly double chosen;
    private readonly Scale across;
    private readonly Scale up;

    /// <summary>Lays a chart out.</summary>
    /// <param name="curve">A search with a score at one point at least.</param>
    /// <param name="parameter">The index of the parameter.</param>
    public CurveChart(SearchCurve curve, int parameter)
    {
        (this.curve, Parameter) = (curve, curve.Parameters[parameter]);
        points =
        [
            .. curve.Points.Where(point => point.Score is not null)
                .Select(point => new Point(point.Values[parameter], point.Score!.Value, point))
                .OrderBy(point => point.Value),
        ];
        chosen = curve.ChosenPoint.Values[parameter];
        // the values of the vertical scale stand at the left end
        var (first, last) = (points[0].Value, points[^1].Value);
        var width = last > first ? last - first : Math.Max(Math.Abs(first), 1);
        across = Scale.Between(first - (Left * width), last + (Right * width), new(IsShare: false, IsDifference: false));
        up = Scale.Of(
            points.SelectMany(point => new[] { point.Score, point.Of.Interval?.Lower ?? point.Score, point.Of.Interval?.Upper ?? point.Score }),
            new(curve.IsShare, IsDifference: false));
    }

    /// <summary>How high the drawing is, in pixels.</summary>
    public static double Height => Top + PlotHeight + Bottom;

    /// <summary>What is drawn from left to right.</summary>
    public string Parameter { get; }

    /// <summary>What the drawing shows, in words.</summary>
    public string Words =>
        $"{curve.Objective} on validation items at {points.Length} points with {Parameter} from {Value(points[0].Value)} to {Value(points[^1].Value)}: "
        + $"{Score(points.Min(point => point.Score))} to {Score(points.Max(point => point.Score))}; {curve.Searcher} chose {Value(chosen)}";

    /// <summary>A chart of each parameter; none where nothing has a score.</summary>
    public static IEnumerable<CurveChart> Of(SearchCurve? curve) => curve is null || curve.Points.All(point => point.Score is null)
        ? []
        : Enumerable.Range(0, curve.Parameters.Length).Select(parameter => new CurveChart(curve, parameter));

    /// <summary>The marks; the values of the vertical scale stand inside, above their lines.</summary>
    public HtmlText Draw() => HtmlText.Of($"""
        {HtmlText.Join(up.Ticks.Select(Level))}<line class="bound" x1="{across.At(chosen)}" x2="{across.At(chosen)}" y1="{Top}" y2="{Top + PlotHeight}"/>
        {(curve.Parameters.Length == 1 ? HtmlText.Join(points.Zip(points.Skip(1)).Select(pair => Line(pair.First, pair.Second))) : HtmlText.Empty)}{HtmlText.Join(points.Select(Mark))}{ChartHtml.Ticks(across, Top + PlotHeight + 20)}
        """);

    private double At(double score) => Top + (PlotHeight * (1 - (up.At(score).Value / 100)));

    private HtmlText Level(double tick) => HtmlText.Of($"""
        <line class="grid" x1="0" x2="100%" y1="{At(tick)}" y2="{At(tick)}"/><text x="0" y="{At(tick) - 4}">{up.Unit.Text(tick)}</text>

        """);

    private HtmlText Line(Point from, Point to) => HtmlText.Of($"""
        <line class="curve" x1="{across.At(from.Value)}" x2="{across.At(to.Value)}" y1="{At(from.Score)}" y2="{At(to.Score)}"/>

        """);

    private HtmlText Mark(Point point)
    {
        var at = across.At(point.Value);
        var whisker = point.Of.Interval is { } interval
            ? HtmlText.Of($"""<line class="whisker" x1="{at}" x2="{at}" y1="{At(interval.Lower)}" y2="{At(interval.Upper)}"/>""")
            : HtmlText.Empty;
        return HtmlText.Of($"""
            <g><title>{Parameter} {Value(point.Value)}: {Score(point.Score)}</title>{whisker}<circle class="dot {(point.Of == curve.ChosenPoint ? "merged" : "other")}" cx="{at}" cy="{At(point.Score)}" r="5"/></g>

            """);
    }

    private static string Value(double value) => new TickUnit(IsShare: false, IsDifference: false).Text(value);

    private string Score(double score) => new TickUnit(curve.IsShare, IsDifference: false).Text(Math.Round(score, curve.IsShare ? 3 : 4));

    /// <summary>A point that has a score.</summary>
    private readonly record struct Point(double Value, double Score, CurvePoint Of);
}
