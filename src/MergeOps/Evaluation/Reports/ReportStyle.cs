namespace MergeOps.Evaluation.Reports;

/// <summary>The style sheets that the library carries.</summary>
internal static class ReportStyle
{
    /// <summary>Of the page.</summary>
    public static string Page => Colors + Read("report.css");

    /// <summary>Of images, which stand alone.</summary>
    public static string Image => Colors + Read("image.css");

    // light and dark, which the page and the images share
    private static string Colors => Read("colors.css");

    private static string Read(string name)
    {
        using var css = typeof(ReportStyle).Assembly.GetManifestResourceStream($"MergeOps.Evaluation.Reports.{name}")!;
        using var reader = new StreamReader(css);
        return reader.ReadToEnd();
    }
}
