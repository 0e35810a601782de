using System.Collections.Immutable;
using MergeOps.Evaluation;
using MergeOps.Evaluation.Reports;

namespace MergeOps.Pipeline.Stages;

/// <summary>What a terminal shows of an evaluation; raw text, escaped by whoever prints it.</summary>
/// <param name="Table">The models and their scores.</param>
/// <param name="Comparisons">A line for each alternative of the merged model.</param>
/// <param name="Ungated">A line for each task and text that got worse while no gate names it.</param>
internal sealed record EvaluationView(EvaluationTable Table, ImmutableArray<string> Comparisons, ImmutableArray<string> Ungated)
{
    /// <summary>The view of a report.</summary>
    public static EvaluationView Of(EvaluationReport report) => new(
        EvaluationTable.Of(report),
        [
            .. from comparison in report.Comparisons
               where comparison.Difference.Exists
               select $"{comparison.Figure} vs. {ReportText.Comparison(comparison.Against)} ({comparison.Other}): "
                   + comparison.Figure.Metric.Difference(comparison.Difference),
        ],
        [.. report.Ungated.Falls.GroupBy(fall => fall.Figure).Select(ofSubject => $"{ofSubject.Key.Words} {string.Join("; ", ofSubject.Select(ReportText.Against))}")]);
}
