using System.Collections.Immutable;
using System.Text;
using MergeOps.Diagnostics;
using MergeOps.GitHub.Reports;
using MergeOps.Pipeline.Stages;
using MergeOps.Recipes;

namespace MergeOps.GitHub.Comments;

/// <summary>The table of a pull request's comment: a row for each recipe, with its plan and what became of it.</summary>
/// <param name="report">The plans.</param>
/// <param name="header">What the comment knows of earlier runs.</param>
internal sealed class CommentTable(PlanReport report, CommentHeader header)
{
    /// <summary>As many digits of a digest as people compare.</summary>
    public const int ShortDigest = 8;

    private const int MostRowCharacters = 20_000;
    private const int MostInRow = 5;

    /// <summary>Appends it, and what it leaves out.</summary>
    public void Append(StringBuilder text, CommentDetail detail)
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

    /// <summary>Whether a recipe has no row: a variant to which the pull request does nothing.</summary>
    public bool IsFolded(RecipeReport recipe) =>
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
            .Concat(recipe.ChangesTerms ? ["different name, target, measurements or gates"] : [])
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

    private static int Count(RecipeReport recipe, string severity) => recipe.Findings.Count(finding => finding.Severity == severity);

    /// <summary>Whether a text is an address whose every character is harmless inside a Markdown link.</summary>
    public static bool IsPage(string text) =>
        Uri.TryCreate(text, UriKind.Absolute, out var address)
        && address.Scheme is "https" or "http"
        && text.All(character => char.IsAsciiLetterOrDigit(character) || "-._~:/?#@%=+".Contains(character, StringComparison.Ordinal));
}
