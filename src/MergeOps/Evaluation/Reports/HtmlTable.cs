using System.Collections.Immutable;
using MergeOps.Evaluation.Charts;

namespace MergeOps.Evaluation.Reports;

/// <summary>A row of a table; its first cell heads it.</summary>
internal sealed record HtmlRow(ImmutableArray<HtmlText> Cells, bool IsStrong = false);

/// <summary>
/// A table that becomes a list of cards where it does not fit, each value with the name of its column. The roles are written
/// out because a table that is laid out as something else is read aloud as none. What does not fit all the same is scrolled,
/// with the keyboard too.
/// </summary>
internal static class HtmlTable
{
    /// <summary>The table.</summary>
    /// <param name="caption">What it shows, a text from outside.</param>
    /// <param name="header">The names of the columns.</param>
    /// <param name="rows">As many cells in each.</param>
    /// <param name="isWords">Whether the cells hold words and no figures.</param>
    public static HtmlText Write(string caption, IReadOnlyList<string> header, IEnumerable<HtmlRow> rows, bool isWords = false) => HtmlText.Of($"""
        <div class="scroll" tabindex="0" role="region" aria-label="{caption}">
        <table role="table"{(isWords ? new HtmlText(" class=\"words\"") : HtmlText.Empty)}>
        <caption>{caption}</caption>
        <thead role="rowgroup"><tr role="row">{HtmlText.Join(header.Select(name => HtmlText.Of($"<th role=\"columnheader\" scope=\"col\">{name}</th>")))}</tr></thead>
        <tbody role="rowgroup">
        {HtmlText.Join(rows.Select(row => Row(row, header)))}</tbody>
        </table>
        </div>

        """);

    private static HtmlText Row(HtmlRow row, IReadOnlyList<string> header) => HtmlText.Of($"""
        <tr role="row"{(row.IsStrong ? new HtmlText(" class=\"strong\"") : HtmlText.Empty)}><th role="rowheader" scope="row">{row.Cells[0]}</th>{HtmlText.Join(row.Cells.Skip(1).Zip(header.Skip(1)).Select(cell => HtmlText.Of($"<td role=\"cell\" data-column=\"{cell.Second}\">{cell.First}</td>")))}</tr>

        """);
}
