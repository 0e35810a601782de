using System.Globalization;
using MergeOps.Diagnostics;
using MergeOps.Pipeline.Stages;

namespace MergeOps.Cli.Rendering;

/// <summary>The progress of a stage as one line of at most a given width.</summary>
internal static class ProgressText
{
    private const int WidestBar = 24;
    private const int NarrowestBar = 6;
    private const string Gap = "  ";

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
        var line = string.Join(Gap, [label, percent, .. details]);
        var room = Math.Min(width - line.Length - Gap.Length, WidestBar);
        if (room >= NarrowestBar)
        {
            line = string.Join(Gap, [label, Bar(share, room), percent, .. details]);
        }

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
            ? $"{ByteText.Of((long)perSecond)}/s"
            : $"{Quantity.Count(perSecond)} items/s";
        yield return $"{Quantity.Duration(TimeSpan.FromSeconds(Math.Min((work.Total - work.Done) / perSecond, 360_000)))} left";
    }

    private static string Bar(double share, int width)
    {
        var full = (int)(share * width);
        return new string('━', full) + new string('─', width - full);
    }
}
