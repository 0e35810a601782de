using System.Text;
using MergeOps.Diagnostics;

namespace MergeOps.Pipeline.Verbs;

/// <summary>What moved, as a table for an issue or a summary.</summary>
internal static class DriftMarkdown
{
    /// <summary>The table; one sentence when nothing moved.</summary>
    public static string Of(IReadOnlyList<Drift> moved)
    {
        if (moved.Count == 0)
        {
            return "Nothing moved since the recipes were locked.\n";
        }

        var table = new StringBuilder("| recipe | model | what moved | locked | now |\n|---|---|---|---|---|\n");
        foreach (var drift in moved)
        {
            table.Append("| ")
                .AppendJoin(" | ", MarkdownText.Code(drift.Recipe), MarkdownText.Code(drift.Model), Word(drift.Kind), Cell(drift.Locked), Cell(drift.Now))
                .Append(" |\n");
        }

        return table.ToString();
    }

    private static string Cell(string value) => value.Length > 0 ? MarkdownText.Code(value) : "–";

    private static string Word(DriftKind kind) => kind switch
    {
        DriftKind.NewCommits => "new commits",
        DriftKind.Renamed => "renamed",
        DriftKind.Gone => "gone",
        DriftKind.Disabled => "closed by the Hub",
        DriftKind.Gated => "gated",
        _ => "license",
    };
}
