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
        var line = Of(label, work, perSecond);
        var room = Math.Min(width - line.Length - Gap.Length, WidestBar);
        if (room >= NarrowestBar)
        {
            line = string.Join(Gap, [label, Bar(ShareOf(work), room), .. Figures(work, perSecond)]);
        }

        return line.Length <= width ? line : line[..Math.Max(0, width)];
    }

    /// <summary>The same without a bar, as long as it is.</summary>
    public static string Of(string label, Work work, double perSecond) => string.Join(Gap, [label, .. Figures(work, perSecond)]);

    private static double ShareOf(Work work) => work.Total > 0 ? Math.Clamp((double)work.Done / work.Total, 0, 1) : 0;

    private static IEnumerable<string> Figures(Work work, double perSecond)
    {
        yield return string.Create(CultureInfo.InvariantCulture, $"{Math.Floor(ShareOf(work) * 100),3:F0} %");
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
