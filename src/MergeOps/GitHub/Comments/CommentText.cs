using System.Collections.Immutable;
using System.Net;
using System.Text;
using MergeOps.Diagnostics;
using MergeOps.Evaluation.Reports;
using MergeOps.GitHub.Reports;
using MergeOps.Planning;

namespace MergeOps.GitHub.Comments;

/// <summary>How much of a report a comment shows.</summary>
internal enum CommentDetail
{
    /// <summary>Everything.</summary>
    Full,

    /// <summary>The table and what was found, without what each plan does.</summary>
    Findings,

    /// <summary>The table alone, below the short form of the hidden line.</summary>
    Table,

    /// <summary>As many rows of the table as there is room for.</summary>
    FirstRows,
}

/// <summary>What a comment shows beside the report.</summary>
/// <param name="RunUrl">The page of the run that wrote it; null outside a workflow.</param>
/// <param name="ProgramVersion">The version of this program.</param>
internal sealed record CommentFooter(string? RunUrl, string ProgramVersion);

/// <summary>
/// The one comment of a pull request as Markdown. Every text from a recipe, a model or a person stays inside a code span, a
/// fenced block or an escaped element, so it can neither link, embed, mention nor end what it stands in.
/// </summary>
internal sealed class CommentText(PlanReport report, CommentHeader header, CommentFooter footer)
{
    private const int MostFindings = 20;
    private readonly CommentTable table = new(report, header);

    /// <summary>The comment.</summary>
    public string Write(CommentDetail detail)
    {
        var text = new StringBuilder();
        text.Append(detail < CommentDetail.Table ? header.Write() : header.WriteShort()).Append("\n\n").Append(Body(detail));
        return text.ToString();
    }

    /// <summary>What people see of it.</summary>
    public string Body(CommentDetail detail)
    {
        var text = new StringBuilder();
        text.Append("### Merge plan\n\n");
        if (report.Recipes.IsEmpty)
        {
            text.Append("No recipe changes anymore.\n");
        }
        else
        {
            table.Append(text, detail);
        }

        if (detail < CommentDetail.Table)
        {
            foreach (var recipe in report.Recipes.Where(recipe => !table.IsFolded(recipe)))
            {
                AppendFindings(text, recipe);
                AppendFigures(text, recipe.Path);
                if (detail == CommentDetail.Full)
                {
                    AppendPlan(text, recipe);
                }
            }
        }

        AppendWords(text, detail);
        return text.ToString();
    }

    private static void AppendFindings(StringBuilder text, RecipeReport recipe)
    {
        if (recipe.Findings.IsEmpty)
        {
            return;
        }

        text.Append($"\n**{MarkdownText.Code(recipe.Path)}**\n\n");
        foreach (var finding in recipe.Findings.Take(MostFindings))
        {
            var line = finding.Line > 0 ? $"line {finding.Line}, " : "";
            text.Append($"- {line}{finding.Severity} {finding.Code}: {MarkdownText.Code(finding.Message)}\n");
        }

        if (recipe.Findings.Length > MostFindings)
        {
            text.Append($"- {recipe.Findings.Length - MostFindings} more are in the run's summary\n");
        }
    }

    // GitHub takes drawings out of a comment and shows images by their address, which they have beside a published model
    private void AppendFigures(StringBuilder text, string path)
    {
        ImmutableArray<string> figures = [.. (header.Outcomes.GetValueOrDefault(path)?.Figures ?? "").Split(' ').Where(address => CommentTable.IsPage(address) && address.EndsWith(".svg", StringComparison.Ordinal))];
        if (figures.IsEmpty)
        {
            return;
        }

        text.Append($"\n<details open><summary>Scores of <code>{WebUtility.HtmlEncode(TerminalText.Escape(path))}</code></summary>\n\n");
        foreach (var address in figures)
        {
            var title = ImageFormat.Images.FirstOrDefault(image => address.EndsWith($"/{image.FileName}", StringComparison.Ordinal))?.Title ?? "figure";
            text.Append($"![{title}]({address})\n\n");
        }

        text.Append("</details>\n");
    }

    private static void AppendPlan(StringBuilder text, RecipeReport recipe)
    {
        if (recipe.Plan is not { } plan)
        {
            return;
        }

        var name = WebUtility.HtmlEncode(TerminalText.Escape(recipe.Path));
        text.Append($"\n<details><summary>What <code>{name}</code> does</summary>\n\n");
        text.Append($"Plan `{plan.Digest}` of {MarkdownText.Code(plan.Name)}.\n\n");
        text.Append(PlanSummary.Tables(plan));
        if (recipe.Data.Any(data => data.Now is not null))
        {
            text.Append("\nTest data: ").AppendJoin(", ", recipe.Data.Where(data => data.Now is not null).Select(DataText.Of)).Append(".\n");
        }

        if (!recipe.Gates.IsEmpty)
        {
            text.Append("\nGates: ").AppendJoin(", ", recipe.Gates.Select(MarkdownText.Code)).Append(".\n");
        }

        text.Append("\n</details>\n");
        if (recipe.Geometry.Length > 0)
        {
            text.Append($"\n<details><summary>What the models of <code>{name}</code> learned, by layer and role</summary>\n\n{MarkdownText.Block(recipe.Geometry.TrimEnd('\n'), "text")}\n</details>\n");
        }
    }

    private void AppendWords(StringBuilder text, CommentDetail detail)
    {
        if (detail > CommentDetail.Full)
        {
            text.Append("\nShortened, because a comment can have at most 65,536 characters; the run's summary has everything.\n");
        }

        if (report.Recipes.Any(recipe => recipe.Plan is not null) && header.Outcomes.IsEmpty)
        {
            text.Append("\nA plan is exact: whoever merges it gets the same bytes. When this pull request is merged, exactly these plans are applied, or none.\n");
        }

        var run = footer.RunUrl is { } page && CommentTable.IsPage(page) ? $" · [run]({page})" : "";
        text.Append($"\n<sub>head {report.Head[..CommentTable.ShortDigest]}{run} · mergeops {WebUtility.HtmlEncode(footer.ProgramVersion)}</sub>\n");
    }
}
