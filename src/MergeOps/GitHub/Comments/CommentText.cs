using System.Collections.Immutable;
using System.Net;
using System.Text;
using MergeOps.Diagnostics;
using MergeOps.Evaluation.Reports;
using MergeOps.GitHub.Reports;
using MergeOps.Pipeline.Stages;
using MergeOps.Planning;
using MergeOps.Recipes;

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
    private const int MostRowCharacters = 20_000;
    private const int MostFindings = 20;
    private const int MostInRow = 5;
    private const int ShortDigest = 8;

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
            AppendTable(text, detail);
        }

        if (detail < CommentDetail.Table)
        {
            foreach (var recipe in report.Recipes.Where(recipe => !IsFolded(recipe)))
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

    private void AppendTable(StringBuilder text, CommentDetail detail)
    {
        List<(string Head, Func<RecipeReport, string> Cell)> columns =
        [
            ("recipe", recipe => MarkdownText.Code(recipe.Path)),
            ("plan", Digest),
            ("what it makes", Work),
            .. report.Recipes.Any(recipe => recipe.Comparison != BaseComparison.NotCompared) ? [($"against {MarkdownText.Code(report.BaseBranch)}", Comparison)] : Array.Empty<(string, Func<RecipeReport, string>)>(),
            .. header.Outcomes.IsEmpty ? Array.Empty<(string, Func<RecipeReport, string>)>() : [("result", recipe => Outcome(recipe.Path))],
        ];
        Row(columns.Select(column => column.Head));
        Row(columns.Select(_ => "---"));
        var rows = 0;
        var end = detail == CommentDetail.FirstRows ? text.Length + MostRowCharacters : int.MaxValue;
        ImmutableArray<RecipeReport> shown = [.. report.Recipes.Where(recipe => !IsFolded(recipe))];
        for (; rows < shown.Length && text.Length < end; rows++)
        {
            Row(columns.Select(column => column.Cell(shown[rows])));
        }

        if (rows < shown.Length)
        {
            text.Append($"\n{shown.Length - rows} more recipes are in the run's summary.\n");
        }

        foreach (var family in report.Recipes.Where(IsFolded).GroupBy(recipe => RecipeAddress.Of(recipe.Path).Path))
        {
            var names = family.Select(recipe => MarkdownText.Code(RecipeAddress.Of(recipe.Path).Variant!)).ToList();
            text.Append($"\n{Quantity.Of(names.Count, "variant")} of {MarkdownText.Code(family.Key)} {(names.Count == 1 ? "is" : "are")} unchanged: {string.Join(", ", Few([.. names]))}.\n");
        }

        void Row(IEnumerable<string> cells) => text.Append("| ").AppendJoin(" | ", cells).Append(" |\n");
    }

    // a variant to which a pull request does nothing
    private bool IsFolded(RecipeReport recipe) =>
        RecipeAddress.Of(recipe.Path).Variant is not null
        && recipe is { Verdict: RecipeVerdict.Planned, Comparison: BaseComparison.Same, ChangesTerms: false }
        && recipe.Data.All(data => data.Now?.Digest == data.Before?.Digest)
        && !header.Outcomes.ContainsKey(recipe.Path);

    private static string Digest(RecipeReport recipe) => recipe.Verdict switch
    {
        RecipeVerdict.Planned => $"`{recipe.Plan!.Digest[..ShortDigest]}`",
        RecipeVerdict.Removed => "removed",
        _ => $"**{Count(recipe, "error")} {(Count(recipe, "error") == 1 ? "error" : "errors")}**",
    };

    private static string Work(RecipeReport recipe) => recipe.Plan is not { } plan ? "–"
        : $"{plan.Tensors} tensors ({string.Join(", ", plan.DTypes)}): {plan.Estimate.Merged} merged, {plan.Estimate.Copied} copied; reads {ByteText.Of(plan.Estimate.BytesToRead)}, writes {ByteText.Of(plan.Estimate.BytesToWrite)}"
            + (recipe.Target is { } target ? $"; goes to {MarkdownText.Code(target)}" : "")
            + (recipe.Outside.IsEmpty ? "" : $"; **outside the repository**: {string.Join(", ", Few([.. recipe.Outside.Select(MarkdownText.Code)]))}");

    private static string Comparison(RecipeReport recipe) => recipe is { Verdict: RecipeVerdict.Planned } ? recipe.Comparison switch
    {
        BaseComparison.Same => $"no tensor changes{OtherTerms(recipe)}",
        BaseComparison.New => "new",
        BaseComparison.Changed when recipe.Change is { } change =>
            $"{Changes(change)}; {ByteText.Of(change.BytesToMake)} to make{Files(change)}{OtherTerms(recipe)}",
        _ => "not compared",
    }
    : "–";

    private static string Files(PlanChange change) => change is { Files: { } all, FilesToMake: { } changed } ? $", {Quantity.Count(changed)} of {Quantity.Of(all, "file")} to upload" : "";

    // what is approved beside the tensors
    private static string OtherTerms(RecipeReport recipe) => string.Concat(
        Few([.. recipe.Data.Where(data => data.Now?.Digest != data.Before?.Digest).Select(DataText.Change)])
            .Concat(recipe.ChangesTerms ? ["other name, target, measurements or gates"] : [])
            .Select(change => $"; **{change}**"));

    // a row of the table must stay one that fits
    private static IEnumerable<string> Few(IReadOnlyList<string> texts) =>
        texts.Count > MostInRow ? texts.Take(MostInRow).Append($"and {Quantity.Count(texts.Count - MostInRow)} more") : texts;

    private static string Changes(PlanChange change) => string.Join(
        ", ",
        new (int Count, string What)[] { (change.Changed, "changed"), (change.Added, "new"), (change.Removed, "gone"), (change.Unchanged, "as before") }
            .Where(part => part.Count > 0)
            .Select((part, i) => $"{(i == 0 ? Quantity.Of(part.Count, "tensor") : Quantity.Count(part.Count))} {part.What}"));

    private string Outcome(string path)
    {
        if (!header.Outcomes.TryGetValue(path, out var outcome))
        {
            return "–";
        }

        var word = outcome.State is States.GateFailed or States.PlanChanged or States.Failed ? $"**{outcome.State}**" : outcome.State;
        var version = outcome.Version is { } number ? MarkdownText.Code(number) : "";
        var where = (version.Length > 0, outcome.Place) switch
        {
            (true, { } page) when IsPage(page) => $" [{version}]({page})",
            (true, { } folder) => $" {version} in {MarkdownText.Code(folder)}",
            (true, null) => $" {version}",
            _ => "",
        };
        var scores = outcome.Scores is { } measured ? $"<br>{MarkdownText.Code(measured)}" : "";
        var run = outcome.Run is { } log && IsPage(log) ? $" ([run]({log}))" : "";
        return $"{word}{where}{run}{scores}";
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
        ImmutableArray<string> figures = [.. (header.Outcomes.GetValueOrDefault(path)?.Figures ?? "").Split(' ').Where(address => IsPage(address) && address.EndsWith(".svg", StringComparison.Ordinal))];
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
            text.Append("\nShortened, because a comment can have 65,536 characters; the run's summary has everything.\n");
        }

        if (report.Recipes.Any(recipe => recipe.Plan is not null) && header.Outcomes.IsEmpty)
        {
            text.Append("\nA plan is exact: whoever merges it gets the same bytes. When this pull request is merged, exactly these plans are applied, or none.\n");
        }

        var run = footer.RunUrl is { } page && IsPage(page) ? $" · [run]({page})" : "";
        text.Append($"\n<sub>head {report.Head[..ShortDigest]}{run} · mergeops {WebUtility.HtmlEncode(footer.ProgramVersion)}</sub>\n");
    }

    private static int Count(RecipeReport recipe, string severity) => recipe.Findings.Count(finding => finding.Severity == severity);

    // an address whose every character is harmless inside a Markdown link
    private static bool IsPage(string text) =>
        Uri.TryCreate(text, UriKind.Absolute, out var address)
        && address.Scheme is "https" or "http"
        && text.All(character => char.IsAsciiLetterOrDigit(character) || "-._~:/?#@%=+".Contains(character, StringComparison.Ordinal));
}
