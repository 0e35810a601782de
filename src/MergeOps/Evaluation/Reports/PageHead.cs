using System.Globalization;
using MergeOps.Evaluation.Charts;
using MergeOps.Evaluation.Contract;
using MergeOps.Evaluation.Scores;

namespace MergeOps.Evaluation.Reports;

/// <summary>The head of the page: what was measured, whether it will do, the figures that stand first, and where all of it comes from.</summary>
internal sealed class PageHead(EvaluationReport report)
{
    /// <summary>The head.</summary>
    /// <param name="sections">What it links to.</param>
    public HtmlText Write(IEnumerable<PageSection> sections) => HtmlText.Of($"""
        <header>
        <p class="kind">Evaluation</p>
        <h1>{report.Recipe}</h1>
        {(report.Origin?.Description is { } description ? HtmlText.Of($"<p class=\"lead\">{description}</p>\n") : HtmlText.Empty)}<p><span class="verdict {ReportText.ColorOf(report.Verdict)}">{Verdict}</span></p>
        {Tiles}{Facts}<nav aria-label="Sections"><ul>
        {HtmlText.Join(sections.Select(section => HtmlText.Of($"<li><a href=\"#{section.Id}\">{section.Title}</a></li>\n")))}</ul></nav>
        </header>

        """);

    private string Verdict => report switch
    {
        _ when report.Gates.Any(gate => !gate.Met) => $"Gates: {report.GateSummary}",
        { Passed: false } => "The merged files fail a check",
        { Gates: [] } => "Measured; the recipe has no gates",
        { Gates: [_] } => "The gate passed",
        { Gates: [_, _] } => "Both gates passed",
        _ => $"All {report.Gates.Length} gates passed",
    };

    private HtmlText Tiles
    {
        get
        {
            if (report.Data.Tasks.IsEmpty
                || report.Models.FirstOrDefault(model => model.Result.Role == ModelRole.Merged) is not { Result.WhyNot: null } merged)
            {
                return HtmlText.Empty;
            }

            var headlines = report.Headlines.Select(figure => Tile(
                merged.Figures[figure], figure.Metric.Full(merged.Figures[figure]), $"{figure.Words} of the merged model"));
            var comparisons = report.Comparisons.Where(comparison => comparison.Difference.Exists).Select(comparison => Tile(
                comparison.Difference,
                comparison.Figure.Metric.Difference(comparison.Difference),
                $"{(report.Headlines.Count() > 1 ? $"{comparison.Figure.Words} " : "")}against {ReportText.Opponent(comparison)}"));
            return HtmlText.Of($"""
                <ul class="tiles">
                {HtmlText.Join(headlines.Concat(comparisons))}</ul>

                """);
        }
    }

    // the figure is set large, its interval small
    private static HtmlText Tile(Measured figure, string text, string label)
    {
        var parts = text.Split(" (", 2);
        var interval = figure.Interval is null || parts.Length < 2 ? "" : $"95 %: {parts[1].TrimEnd(')')}";
        return HtmlText.Of($"""
            <li class="tile"><b>{parts[0]}</b><span class="soft">{interval}</span><p>{label}</p></li>

            """);
    }

    private HtmlText Facts => report.Origin is not { } origin ? HtmlText.Empty : HtmlText.Of($"""
        <dl class="facts">
        {Fact("measured", HtmlText.Of($"<time datetime=\"{origin.Date.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture)}\">{origin.Date.ToString("d MMMM yyyy, HH:mm 'UTC'", CultureInfo.InvariantCulture)}</time>"))}{Fact("recipe", Code(origin.RecipePath))}{Fact("commit", Code(origin.Commit))}{Fact("merge method", Code(origin.Method))}{Fact("numeric class", Code(origin.NumericClass))}{Fact("mergeops", Code(origin.Program))}{Fact("plan digest", Code(origin.PlanDigest))}{Fact("model digest", Code(origin.ModelDigest))}</dl>

        """);

    private static HtmlText Fact(string name, HtmlText value) => value == HtmlText.Empty ? value : HtmlText.Of($"""
        <div><dt>{name}</dt><dd>{value}</dd></div>

        """);

    private static HtmlText Code(string? text) => text is null ? HtmlText.Empty : HtmlText.Of($"<code>{text}</code>");
}
