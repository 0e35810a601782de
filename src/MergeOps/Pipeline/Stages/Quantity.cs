using System.Globalization;
using MergeOps.Diagnostics;

namespace MergeOps.Pipeline.Stages;

/// <summary>Counts and durations as people read them.</summary>
internal static class Quantity
{
    /// <summary>A whole number with thousands apart: <c>1,234</c>.</summary>
    public static string Count(double number) => number.ToString("N0", CultureInfo.InvariantCulture);

    /// <summary>A number with its noun: <c>1 file</c>, <c>2 files</c>.</summary>
    public static string Of(long number, string noun) => $"{Count(number)} {(number == 1 ? noun : Noun.Plural(noun))}";

    /// <summary>A speed: <c>1.25 GB/s</c>; nothing where the time is too short to tell.</summary>
    public static string Speed(long bytes, TimeSpan time) => time.TotalMilliseconds < 1 ? "" : $"{ByteText.Of((long)(bytes / time.TotalSeconds))}/s";

    /// <summary>A text behind another one: <c> (text)</c>, or nothing.</summary>
    public static string InBrackets(string text) => text.Length == 0 ? "" : $" ({text})";

    /// <summary>A duration: <c>0.4 s</c>, <c>12 s</c>, <c>3:05</c>, <c>1:02:03</c>.</summary>
    public static string Duration(TimeSpan time) => time switch
    {
        { TotalSeconds: < 10 } => string.Create(CultureInfo.InvariantCulture, $"{time.TotalSeconds:F1} s"),
        { TotalSeconds: < 60 } => string.Create(CultureInfo.InvariantCulture, $"{time.TotalSeconds:F0} s"),
        { TotalHours: < 1 } => time.ToString(@"m\:ss", CultureInfo.InvariantCulture),
        _ => string.Create(CultureInfo.InvariantCulture, $"{(long)time.TotalHours}:{time:mm\\:ss}"),
    };
}
