using System.Collections.Immutable;
using MergeOps.Diagnostics;
using MergeOps.Evaluation.Charts;
using MergeOps.Evaluation.Contract;
using MergeOps.Evaluation.Structure;

namespace MergeOps.Evaluation.Reports;

/// <summary>The sections of the page in their order; those about what a report does not have are empty.</summary>
internal sealed class PageSections(EvaluationReport report)
{
    /// <summary>With so many charts of tasks the texts have room beside them.</summary>
    private const int MostBeside = 6;

    /// <summary>Tables with more figures are opened by whoever wants to see them.</summary>
    private const int MostOpen = 60;

    /// <summary>The sections.</summary>
    public IEnumerable<PageSection> All =>
    [
        new("gates", "Gates", Join(Charts(new DifferenceCharts(report).Gates, level: 3), Ungated)),
        new("scores", "Scores", Join(Unscored, Scores, Soft("Whiskers are 95 % intervals; items of a group count as related.", Captions(report.Figures)))),
        new("differences", "The merged model against the others", Differences),
        new("models", "What the models learned", report.Geometry),
        new("search", "How the numbers were chosen", Search),
        new("examples", "Examples", new PageExamples(report).Write()),
        new("figures", "All figures", Figures),
        new("structure", "Structure of the files", Checks),
        new("data", "Data", Data),
        new("recipe", "Recipe", Recipe),
    ];

    private HtmlText Ungated => report.Ungated.Falls.IsEmpty ? HtmlText.Empty : HtmlText.Of($"""
        <div class="callout">
        <h3>What no gate covers</h3>
        <p>Here the merged model is worse than another one by more than the 95 % interval, and no gate names it.</p>
        <ul>
        {HtmlText.Join(report.Ungated.Falls.GroupBy(fall => fall.Figure).Select(ofSubject => HtmlText.Of($"<li><b>{ofSubject.Key.Words}</b>: {string.Join("; ", ofSubject.Select(ReportText.Against))}</li>\n")))}</ul>
        <p class="soft">{ReportText.Looked(report.Ungated)}</p>
        </div>

        """);

    private HtmlText Scores
    {
        get
        {
            var charts = new ScoreCharts(report);
            var isBeside = charts.InDomain.Length is > 0 and <= MostBeside && charts.OutOfDomain.Length > 0;
            var groups = Join(Group("In domain", charts.InDomain), Group("Out of domain", charts.OutOfDomain), Group("Measured by another harness", charts.Elsewhere));
            return groups == HtmlText.Empty ? groups : HtmlText.Of($"""
                <div class="domains{(isBeside ? " beside" : "")}">
                {groups}</div>

                """);
        }
    }

    private HtmlText Unscored => HtmlText.Join(report.Models.Select(model => model.Result)
        .SelectMany(result => result.WhyNot is { } whyNot ? [(result, $": {whyNot}")] : result.LacksOf(report.Data.Subjects).Select(lack => (result, $" on {lack}")))
        .Select(unscored => HtmlText.Of($"""
            <p class="callout"><b>{unscored.result.Name}</b> ({ReportText.Role(unscored.result)}) is not evaluated{unscored.Item2}.</p>

            """)));

    private HtmlText Differences
    {
        get
        {
            var charts = Charts(new DifferenceCharts(report).Charts, level: 3);
            return charts == HtmlText.Empty ? charts : Join(charts, Soft(
                "Each point is the merged model minus another one on the same items, with the paired 95 % interval: green is better, red is worse, gray is undecided.",
                [
                    "Shaded is what a gate allows.",
                    .. report.BySubject.Any(comparison => comparison.Figure.Metric.ComparesModels) ? ["Metrics of what two models have in common are not differences and are always gray."] : Array.Empty<string>(),
                ]));
        }
    }

    private HtmlText Figures => Join(
        report.Figures.IsEmpty ? HtmlText.Empty : HtmlText.Of($"""
            <details{(report.Figures.Length * report.Models.Length <= MostOpen ? new HtmlText(" open=\"open\"") : HtmlText.Empty)}>
            <summary>Tables of every figure of every model</summary>
            <div class="charts wide">
            {HtmlText.Join(report.Figures.GroupBy(figure => figure.Subject).Select(ofSubject => Table(ofSubject.Key, [.. ofSubject])))}</div>
            </details>

            """),
        HtmlText.Join(EvaluationTable.Of(report).Notes.Select(note => HtmlText.Of($"<p class=\"soft\">{note}</p>\n"))));

    private HtmlText Checks => report.Checks.IsEmpty ? HtmlText.Empty : HtmlTable.Write(
        "What the merged files themselves show",
        ["check", "verdict", "detail"],
        report.Checks.Select(check => new HtmlRow([Text(check.Name), Verdict(check.Verdict), Text(check.Detail)])),
        isWords: true);

    private HtmlText Data => report.Data.IsEmpty ? HtmlText.Empty : HtmlTable.Write(
        "What was measured on",
        ["name", "kind", "size", "SHA-256 of the file"],
        report.Data.Subjects.Select(subject => new HtmlRow(
            [Text(subject.Name), Text(subject.Kind.Name), Text(ReportText.CountOf([subject])), HtmlText.Of($"<code>{subject.Digest}</code>")])),
        isWords: true);

    private HtmlText Recipe => report.Origin?.RecipeText is not { } text ? HtmlText.Empty : HtmlText.Of($"""
        <pre tabindex="0" role="region" aria-labelledby="recipe"><code>{HtmlText.Lines(SecretText.Redact(text))}</code></pre>

        """);

    private static HtmlText Group(string title, ImmutableArray<Chart> charts) => charts.IsEmpty ? HtmlText.Empty : HtmlText.Of($"""
        <div>
        <h3>{title}</h3>
        {Charts(charts, level: 4)}</div>

        """);

    private static HtmlText Charts(IEnumerable<Chart> charts, int level) => HtmlText.Join(charts.Select(chart => ChartHtml.Write(chart, level))) is { Markup.Length: > 0 } drawn
        ? HtmlText.Of($"""
            <div class="charts">
            {drawn}</div>

            """)
        : HtmlText.Empty;

    private HtmlText Search => report.Curve is not { } curve ? HtmlText.Empty : HtmlText.Of($"""
        <div class="charts wide">
        {HtmlText.Join(CurveChart.Of(curve).Select(Curve))}</div>
        <details>
        <summary>Everything that was tried</summary>
        {HtmlTable.Write($"{curve.Objective} on validation items by {curve.Searcher}", [.. curve.Parameters, curve.Objective], curve.Points.Index().Select(point => new HtmlRow([.. point.Item.Values.Select(value => Text(new TickUnit(IsShare: false, IsDifference: false).Text(value))), Cell(ReportText.Score(curve, point.Item))], point.Index == curve.Chosen)))}</details>

        """);

    private static HtmlText Curve(CurveChart chart) => HtmlText.Of($"""
        <section class="chart">
        <h3>{chart.Parameter}</h3>
        <svg class="plot" height="{CurveChart.Height}" role="img" aria-label="{chart.Words}">
        {chart.Draw()}
        </svg>
        <p class="detail">{chart.Words}.</p>
        </section>

        """);

    private HtmlText Table(string subject, ImmutableArray<Figure> figures) => HtmlTable.Write(
        subject,
        ["model", .. figures.Select(figure => figure.Metric.Label)],
        report.Models.Select(model => new HtmlRow(
            [
                HtmlText.Of($"{model.Result.Name} <small>{ReportText.Role(model.Result)}</small>"),
                .. figures.Select(figure => Cell(ReportText.Value(model, figure))),
            ],
            model.Result.Role == ModelRole.Merged)));

    // the interval stands below its figure
    private static HtmlText Cell(string text) => text.Split(" (", 2) is [var figure, var interval]
        ? HtmlText.Of($"{figure} <small>{interval.TrimEnd(')')}</small>")
        : Text(text);

    private static HtmlText Verdict(CheckVerdict verdict) => HtmlText.Of($"""
        <span class="verdict {(verdict == CheckVerdict.Failed ? "no" : verdict == CheckVerdict.Passed ? "yes" : "none")}">{ReportText.Verdict(verdict)}</span>
        """);

    private static IEnumerable<string> Captions(IEnumerable<Figure> figures) =>
        figures.Select(figure => figure.Metric.Caption).OfType<string>().Distinct();

    private static HtmlText Soft(string first, params IEnumerable<string> more) => HtmlText.Of($"""
        <p class="soft">{string.Join(' ', more.Prepend(first))}</p>

        """);

    private static HtmlText Text(string text) => HtmlText.Of($"{text}");

    private static HtmlText Join(params ReadOnlySpan<HtmlText> pieces) => HtmlText.Join(pieces.ToArray());
}
