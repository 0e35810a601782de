using System.Globalization;

namespace MergeOps.Diagnostics;

/// <summary>Numbers of bytes for people, in decimal units as disks and the Hub count.</summary>
internal static class ByteText
{
    private static readonly string[] Units = ["B", "kB", "MB", "GB", "TB", "PB"];

    /// <summary>Three significant digits with a unit: <c>1.05 MB</c>.</summary>
    public static string Of(long bytes)
    {
        var unit = 0;
        double value = bytes;
        for (; value >= 999.5 && unit < Units.Length - 1; unit++)
        {
            value /= 1000;
        }

        var format = unit == 0 || value >= 99.95 ? "0" : value >= 9.995 ? "0.0" : "0.00";
        return string.Create(CultureInfo.InvariantCulture, $"{value.ToString(format, CultureInfo.InvariantCulture)} {Units[unit]}");
    }
}
