using System.Globalization;
using MergeOps.Analysis.Audits;
using MergeOps.Analysis.Reports;
using MergeOps.Diagnostics;
using MergeOps.Evaluation.Charts;
using MergeOps.Evaluation.Reports;

namespace MergeOps.Analysis.Pictures;

/// <summary>An audit for people: a page without scripts.</summary>
internal static class AuditPage
{
    /// <summary>The page.</summary>
    public static string Write(AuditReport report) => HtmlPage.Write(HtmlText.Of($"Audit of {report.Model}"), "", HtmlText.Of($"""
        <header><p class="kind">Audit</p>
        <h1>{report.Model}</h1>
        <p class="lead">{AuditText.Verdict(report)}</p>{(report.Recipe is { } recipe ? HtmlText.Of($"<p><span class=\"verdict {(recipe.IsTrue is { } isTrue ? isTrue ? "yes" : "no" : "none")}\">{AuditText.Recipe(recipe)}</span></p>") : HtmlText.Empty)}</header>
        <main>
        <section><h2>Findings</h2>
        {HtmlText.Join(AuditText.Details(report).Select(line => HtmlText.Of($"<p>{line}</p>\n")))}</section>
        {(report.Finding is { Parents.IsEmpty: false } found ? HtmlText.Of($"<section><h2>Parents</h2>\n{Parents(report, found)}</section>\n") : HtmlText.Empty)}{(report.Recipe is { Tensors.Count: > 0 } made ? HtmlText.Of($"<section><h2>Beside its recipe</h2>\n{Tensors(made)}</section>\n") : HtmlText.Empty)}</main>

        """));

    private static HtmlText Parents(AuditReport report, AuditFinding found)
    {
        List<int> layers = [.. found.Parents.SelectMany(parent => parent.Layers).Select(layer => layer.Layer).Distinct().Order()];
        return HtmlTable.Write(
            "Coefficients",
            ["model", "all", .. layers.Select(layer => string.Create(CultureInfo.InvariantCulture, $"layer {layer}"))],
            found.Parents.Select(parent => new HtmlRow(
            [
                HtmlText.Of($"{report.Candidates[parent.Candidate]}"),
                Number(parent.Coefficient),
                .. layers.Select(layer => parent.Layers.Where(known => known.Layer == layer).Select(known => (double?)known.Coefficient).FirstOrDefault() is { } coefficient ? Number(coefficient) : HtmlText.Of($"–")),
            ])));
    }

    private static HtmlText Tensors(RecipeAudit recipe) => HtmlTable.Write(
        "What the recipe makes of the same entries",
        ["tensor", "verdict", "error over rounding"],
        recipe.Tensors.Select(tensor => new HtmlRow(
        [
            HtmlText.Of($"{TerminalText.Escape(tensor.Tensor)}"),
            HtmlText.Of($"{(tensor.Likeness switch { Likeness.Matches => "matches", Likeness.Differs => "differs", _ => "not judged" })}"),
            Number(tensor.Misfit),
        ])));

    private static HtmlText Number(double value) => HtmlText.Of($"{value.ToString("0.000", CultureInfo.InvariantCulture)}");
}
