using MergeOps.Evaluation.Charts;

namespace MergeOps.Evaluation.Reports;

/// <summary><c>scores.svg</c>: the bars of the page as an image for the model card.</summary>
internal sealed class ScoresSvg : ImageFormat
{
    /// <inheritdoc/>
    public override string FileName => "scores.svg";

    /// <inheritdoc/>
    public override string Summary => "for the model card: the score of each model on each task, text and score of another harness";

    /// <inheritdoc/>
    public override string Title => "Scores with 95 % intervals";

    /// <inheritdoc/>
    public override string? Text(EvaluationReport report)
    {
        var charts = new ScoreCharts(report);
        return ChartSvg.Write($"{Title}: {report.Recipe}", Describe(charts.All), charts.All, ReportStyle.Image);
    }
}
