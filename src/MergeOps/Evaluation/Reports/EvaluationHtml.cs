using MergeOps.Evaluation.Charts;

namespace MergeOps.Evaluation.Reports;

/// <summary><c>report.html</c>: one page without scripts, images or anything else from elsewhere; light and dark.</summary>
internal sealed class EvaluationHtml : ReportFormat
{
    /// <summary>The file's name.</summary>
    public const string File = "report.html";

    /// <inheritdoc/>
    public override string FileName => File;

    /// <inheritdoc/>
    public override string Summary => "for people: one self-contained page without scripts";

    /// <inheritdoc/>
    public override string Text(EvaluationReport report) => Write(report);

    /// <summary>The file's text.</summary>
    public static string Write(EvaluationReport report)
    {
        PageSection[] sections = [.. new PageSections(report).All.Where(section => section.Content != HtmlText.Empty)];
        return HtmlPage.Write(HtmlText.Of($"Evaluation of {report.Recipe}"), "", HtmlText.Of($"""
            <a class="skip" href="#main">Skip to the results</a>
            {new PageHead(report).Write(sections)}<main id="main">
            {HtmlText.Join(sections.Select(Section))}</main>

            """));
    }

    private static HtmlText Section(PageSection section) => HtmlText.Of($"""
        <section aria-labelledby="{section.Id}">
        <h2 id="{section.Id}">{section.Title}</h2>
        {section.Content}</section>

        """);
}

/// <summary>A part of the page with a heading, to which the page's head links.</summary>
/// <param name="Id">The anchor.</param>
/// <param name="Title">The heading.</param>
/// <param name="Content">What stands below; empty when there is nothing to say.</param>
internal sealed record PageSection(string Id, string Title, HtmlText Content);
