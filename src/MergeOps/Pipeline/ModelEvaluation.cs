using System.Collections.Immutable;
using MergeOps.Diagnostics;
using MergeOps.Evaluation;
using MergeOps.Evaluation.Contract;
using MergeOps.Evaluation.Reports;

namespace MergeOps.Pipeline;

/// <summary>What was measured on a merged model, and whether that is good enough.</summary>
/// <param name="Passed">Whether every check and every gate of the recipe passes.</param>
/// <param name="Figures">The merged model's figures by their names in recipes, such as <c>mean.accuracy</c>; what could not be measured is not there.</param>
/// <param name="Json">The content of <c>evaluation.json</c>: canonical, with a version.</param>
/// <param name="Markdown">The report for people.</param>
/// <param name="Findings">Why it did not pass, and what else is worth knowing.</param>
public sealed record ModelEvaluation(
    bool Passed, ImmutableSortedDictionary<string, double> Figures, string Json, string Markdown, IReadOnlyList<Diagnostic> Findings)
{
    internal static ModelEvaluation Of(EvaluationReport report, DiagnosticBag found) => new(
        report.Passed,
        report.Models.Where(model => model.Result.Role == ModelRole.Merged)
            .SelectMany(model => model.Figures)
            .Where(figure => figure.Value.Exists)
            .ToImmutableSortedDictionary(figure => figure.Key.ToString(), figure => figure.Value.Value!.Value, StringComparer.Ordinal),
        EvaluationJson.Write(report),
        EvaluationMarkdown.Write(report),
        [.. found]);
}
