using System.Collections.Immutable;
using MergeOps.Evaluation.Contract;

namespace MergeOps.Evaluation.Reports;

/// <summary>An evaluation as one file. Each class in <c>Reports/</c> that has a page beside it is discovered automatically.</summary>
internal abstract class ReportFormat
{
    private static readonly Lazy<ImmutableArray<ReportFormat>> Discovered = new(() =>
        [.. EvaluationPage.Reports.Instances<ReportFormat>().OrderBy(format => format.FileName, StringComparer.Ordinal)]);

    /// <summary>Every format of this library, in ordinal order of their files' names.</summary>
    public static ImmutableArray<ReportFormat> All => Discovered.Value;

    /// <summary>The file's name.</summary>
    public abstract string FileName { get; }

    /// <summary>Whom the file is for, in a line that ends without a full stop.</summary>
    public abstract string Summary { get; }

    /// <summary>The file's text; null when there is nothing to show, and so no file.</summary>
    public abstract string? Text(EvaluationReport report);
}
