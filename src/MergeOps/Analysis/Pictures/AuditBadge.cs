using System.Globalization;
using MergeOps.Analysis.Reports;
using MergeOps.Evaluation.Charts;

namespace MergeOps.Analysis.Pictures;

/// <summary>An audit as a badge for a model card.</summary>
internal static class AuditBadge
{
    private const string Name = "merge audit";
    private const double Character = 6.6, Padding = 12, Height = 20;

    /// <summary>The image.</summary>
    public static string Write(AuditReport report)
    {
        var (words, color) = WordsOf(report);
        var (left, right) = ((Name.Length * Character) + Padding, (words.Length * Character) + Padding);
        return HtmlText.Of($"""
            <svg xmlns="http://www.w3.org/2000/svg" width="{left + right}" height="{Height}" role="img" aria-label="{Name}: {words}">
            <title>{Name}: {words}</title>
            <rect width="{left + right}" height="{Height}" rx="3" fill="#4a4f57"/>
            <path d="M{left} 0h{right - 3}a3 3 0 0 1 3 3v{Height - 6}a3 3 0 0 1 -3 3h-{right - 3}z" fill="{color}"/>
            <g fill="#ffffff" font-family="Verdana, DejaVu Sans, sans-serif" font-size="11" text-anchor="middle"><text x="{left / 2}" y="14">{Name}</text><text x="{left + (right / 2)}" y="14">{words}</text></g>
            </svg>

            """).Markup;
    }

    private static (string Words, string Color) WordsOf(AuditReport report) => report switch
    {
        { Recipe: { IsTrue: true } recipe } => (string.Create(CultureInfo.InvariantCulture, $"matches its recipe ({recipe.Matched} of {recipe.Judged})"), "#0b6b4a"),
        { Recipe: { IsTrue: false } recipe } => (string.Create(CultureInfo.InvariantCulture, $"differs from its recipe ({recipe.Matched} of {recipe.Judged})"), "#a52a20"),
        { Finding: { } finding } => (AuditText.Method(finding), "#5a616b"),
        _ => ("not comparable", "#5a616b"),
    };
}
