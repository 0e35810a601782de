using System.Collections.Immutable;
using MergeOps.GitHub.Comments;
using MergeOps.GitHub.Reports;
using MergeOps.Planning;

namespace MergeOps.Tests.GitHub.Reports;

/// <summary>Reports of a pull request to show and to break.</summary>
internal static class SampleReports
{
    /// <summary>A commit.</summary>
    public const string Head = "ec26c3e57ca3a959ca5aad62de7213c562f8c821";

    /// <summary>A report of recipes.</summary>
    public static PlanReport Of(params RecipeReport[] recipes) => new("acme/merges", 12, Head, "main", [.. recipes]);

    /// <summary>A recipe whose every text is of the caller's choice.</summary>
    public static RecipeReport Recipe(string path, string text = "task_arithmetic(lambda 0.6)", int groups = 1) => new(path, RecipeVerdict.Planned)
    {
        Plan = new PlanOverview(
            text,
            new string('a', 64),
            [new OverviewInput(text, 38, 862_000, IsLocked: true)],
            [.. Enumerable.Range(0, groups).Select(_ => new OverviewGroup(text, 38, 862_000))],
            38,
            ["BF16"],
            0,
            new PlanEstimate(3_450_000, 862_000, 38, 0, 431_000, 4_000_000))
        {
            Files = [new OverviewFiles(text, [text, "tokenizer.json"])],
        },
        Comparison = BaseComparison.Changed,
        Change = new PlanChange(3, 2, 1, 33, 50_000),
        Target = text,
        Terms = new string('b', 64),
        Data =
        [
            new DataReport(text.Length > 0 ? text : "task", DataReport.Items) { Now = new(new string('c', 64), 3, 3), Before = new(new string('d', 64), 120, 20) },
            new DataReport("prose", DataReport.Lines) { Now = new(new string('e', 64), 400, 400), Before = new(new string('e', 64), 400, 400) },
        ],
        Outside = [text],
        Gates = [text],
        Findings = [new FindingReport("MOPS104", "warning", text, 3)],
    };

    /// <summary>The comment of a report.</summary>
    public static CommentText Comment(PlanReport report, ImmutableSortedDictionary<string, RecipeOutcome>? outcomes = null)
    {
        var header = CommentHeader.Of(report);
        return new CommentText(
            report,
            outcomes is null ? header : header with { Outcomes = outcomes },
            new CommentFooter("https://github.com/acme/merges/actions/runs/1", "1.2.3"));
    }
}
