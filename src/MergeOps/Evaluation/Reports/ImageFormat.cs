using MergeOps.Evaluation.Charts;

namespace MergeOps.Evaluation.Reports;

/// <summary>A report that is an image, published beside the model and shown on its card.</summary>
internal abstract class ImageFormat : ReportFormat
{
    /// <summary>What it shows, for who cannot see it.</summary>
    public abstract string Title { get; }

    /// <summary>Every image, in ordinal order of their files' names.</summary>
    public static IEnumerable<ImageFormat> Images => All.OfType<ImageFormat>();

    /// <summary>Everything that charts show, in words.</summary>
    protected static string Describe(IEnumerable<Chart> charts) => string.Join(" ", charts.Select(chart =>
        $"{chart.Title}, {chart.Note}: {string.Join("; ", chart.Rows.Select(row => $"{row.Name} {row.Value}"))}."));
}
