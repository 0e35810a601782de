using MergeOps.Evaluation.Charts;

namespace MergeOps.Evaluation.Reports;

/// <summary><c>differences.svg</c>: the paired differences of the page as an image for the model card.</summary>
internal sealed class DifferencesSvg : ImageFormat
{
    /// <inheritdoc/>
    public override string FileName => "differences.svg";

    /// <inheritdoc/>
    public override string Summary => "for the model card: the merged model minus each of its alternatives, and what gates allow";

    /// <inheritdoc/>
    public override string Title => "The merged model minus the others, with paired 95 % intervals";

    /// <inheritdoc/>
    public override string? Text(EvaluationReport report)
    {
        Chart[] charts = [.. new DifferenceCharts(report).Charts];
        return ChartSvg.Write($"{Title}: {report.Recipe}", Describe(charts), charts, ReportStyle.Image);
    }
}
