using System.Globalization;
using MergeOps.Diagnostics;
using MergeOps.Pipeline;

namespace MergeOps.Cli.Rendering;

/// <summary>The progress of a stage as one line of at most a given width.</summary>
internal static class ProgressText
{
    private const int BarWidth = 24;

    /// <summary>The line.</summary>
    /// <param name="label">The stage, and what of it is worked on.</param>
    /// <param name="work">How far it is.</param>
    /// <param name="perSecond">Units per second; 0 when unknown.</param>
    /// <param name="width">Columns that the line may take.</param>
    public static string Of(string label, Work work, double perSecond, int width)
    {
        var share = work.Total > 0 ? Math.Clamp((double)work.Done / work.Total, 0, 1) : 0;
        var percent = string.Create(CultureInfo.InvariantCulture, $"{Math.Floor(share * 100),3:F0} %");
        string[] details = [.. Details(work, perSecond)];
        var full = string.Join("  ", [label, Bar(share), percent, .. details]);
        var line = full.Length <= width ? full : string.Join("  ", [label, percent, .. details]);
        return line.Length <= width ? line : line[..Math.Max(0, width)];
    }

    private static IEnumerable<string> Details(Work work, double perSecond)
    {
        yield return work.Unit is WorkUnit.Bytes
            ? $"{ByteText.Of(work.Done)} of {ByteText.Of(work.Total)}"
            : $"{Quantity.Count(work.Done)} of {Quantity.Count(work.Total)} items";
        if (perSecond <= 0)
        {
            yield break;
        }

        yield return work.Unit is WorkUnit.Bytes
            ? string.Create(CultureInfo.InvariantCulture, $"{perSecond / 1e9:F2} GB/s")
            : $"{Quantity.Count(perSecond)} items/s";
        yield return $"{Quantity.Duration(TimeSpan.FromSeconds(Math.Min((work.Total - work.Done) / perSecond, 360_000)))} left";
    }

    private static string Bar(double share)
    {
        var full = (int)(share * BarWidth);
        return new string('━', full) + new string('─', BarWidth - full);
    }
}
