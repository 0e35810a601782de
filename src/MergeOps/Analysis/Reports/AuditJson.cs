using System.Globalization;
using System.Text.Json.Nodes;
using MergeOps.Analysis.Audits;
using MergeOps.Diagnostics;

namespace MergeOps.Analysis.Reports;

/// <summary>Version 1 of the machine-readable form of an audit.</summary>
internal static class AuditJson
{
    private const int Version = 1;

    /// <summary>The document.</summary>
    public static string Write(AuditReport report) => CanonicalJson.Write(new JsonObject
    {
        ["version"] = Version,
        ["model"] = report.Model,
        ["candidates"] = new JsonArray([.. report.Candidates.Select(name => JsonValue.Create(name))]),
        ["excluded"] = new JsonArray([.. report.Excluded.Select(excluded => new JsonObject { ["model"] = excluded.Model, ["reason"] = excluded.Reason })]),
        ["tensors"] = report.Tensors,
        ["share"] = Number(report.Share),
        ["verdict"] = AuditText.Verdict(report),
        ["method"] = report.Finding is { } finding ? AuditText.Method(finding) : report.Layers.IsEmpty ? null : report.Layers.All(layer => layer.Candidate is not null) ? "passthrough" : "partly",
        ["slices"] = new JsonArray([.. report.Layers.Select(layer => new JsonObject { ["layer"] = layer.Layer, ["model"] = layer.Candidate is { } candidate ? report.Candidates[candidate] : null, ["of"] = layer.Candidate is null ? null : layer.Of })]),
        ["parents"] = report.Finding is { } found ? Parents(report, found) : new JsonArray(),
        ["uniform"] = report.Finding?.IsUniform,
        ["unexplained"] = Number(report.Finding?.Unexplained),
        ["least_seen"] = Number(report.Finding?.LeastSeen),
        ["exact"] = report.Finding?.Exact,
        ["untouched"] = new JsonArray([.. (report.Finding?.Untouched ?? []).Select(tensor => new JsonObject { ["tensor"] = TerminalText.Escape(tensor.Tensor), ["model"] = report.Candidates[tensor.Candidate] })]),
        ["recipe"] = report.Recipe is not { } recipe ? null : new JsonObject
        {
            ["source"] = recipe.Label,
            ["method"] = recipe.Method,
            ["matches"] = recipe.IsTrue,
            ["matched"] = recipe.Matched,
            ["judged"] = recipe.Judged,
            ["differing"] = Names(recipe.Tensors.Where(tensor => tensor.Likeness is Likeness.Differs).Select(tensor => tensor.Tensor)),
            ["not_judged"] = recipe.Tensors.Count - recipe.Judged,
            ["missing"] = Names(recipe.Missing),
            ["extra"] = Names(recipe.Extra),
        },
        ["recipe_not_compared"] = report.WhyNoRecipe,
        ["license_conflict"] = report.LicenseConflict,
        ["foreign"] = new JsonArray([.. (report.Finding?.Foreign ?? []).Select(name => JsonValue.Create(TerminalText.Escape(name)))]),
    });

    private static JsonArray Names(IEnumerable<string> names) => new([.. names.Select(name => JsonValue.Create(TerminalText.Escape(name)))]);

    private static JsonArray Parents(AuditReport report, AuditFinding found) => new([.. found.Parents.Select(parent => new JsonObject
    {
        ["model"] = report.Candidates[parent.Candidate],
        ["coefficient"] = Number(parent.Coefficient),
        ["error"] = Number(parent.Error),
        ["layers"] = new JsonArray([.. parent.Layers.Select(layer => new JsonObject { ["layer"] = layer.Layer, ["coefficient"] = Number(layer.Coefficient) })]),
    })]);

    private static JsonValue? Number(double? value) =>
        value is { } number ? JsonValue.Create(double.Parse(number.ToString("G6", CultureInfo.InvariantCulture), CultureInfo.InvariantCulture)) : null;
}
