using MergeOps.Evaluation.Charts;

namespace MergeOps.Evaluation.Reports;

/// <summary><c>search.svg</c>: the points of a search as an image for the model card.</summary>
internal sealed class SearchSvg : ImageFormat
{
    /// <inheritdoc/>
    public override string FileName => "search.svg";

    /// <inheritdoc/>
    public override string Summary => "for the model card: what a search tried and chose; only where the recipe has a search";

    /// <inheritdoc/>
    public override string Title => "How the numbers were chosen on validation items";

    /// <inheritdoc/>
    public override string? Text(EvaluationReport report) => ChartSvg.Write($"{Title}: {report.Recipe}", [.. CurveChart.Of(report.Curve)], ReportStyle.Image);
}
