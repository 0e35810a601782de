using System.Globalization;

namespace MergeOps.Diagnostics;

/// <summary>Numbers of bytes for people, in decimal units as disks and the Hub count.</summary>
internal static class ByteText
{
    private static readonly string[] Units = ["B", "kB", "MB", "GB", "TB", "PB"];

    private static readonly (string Unit, long Bytes)[] Binary =
        [("KiB", 1L << 10), ("MiB", 1L << 20), ("GiB", 1L << 30), ("TiB", 1L << 40)];

    private static readonly (string Unit, long Bytes)[] Decimal =
        [("kB", 1_000), ("MB", 1_000_000), ("GB", 1_000_000_000), ("TB", 1_000_000_000_000), ("B", 1), ("", 1)];

    private static readonly (string Unit, long Bytes)[] Any = [.. Binary, .. Decimal];

    /// <summary>Reads a number of bytes: <c>5000000</c>, <c>5MB</c>, <c>1.5 GB</c>, <c>2GiB</c>; units in any case.</summary>
    public static bool TryParse(string text, out long bytes) => TryParse(text, Any, out bytes);

    /// <summary>The same without <c>KiB</c> to <c>TiB</c>, as mergekit reads it.</summary>
    public static bool TryParseDecimal(string text, out long bytes) => TryParse(text, Decimal, out bytes);

    private static bool TryParse(string text, (string Unit, long Bytes)[] units, out long bytes)
    {
        var (unit, factor) = Array.Find(units, known => text.EndsWith(known.Unit, StringComparison.OrdinalIgnoreCase));
        bytes = 0;
        if (!decimal.TryParse(text.AsSpan(0, text.Length - unit.Length).TrimEnd(), NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var count)
            || count > (decimal)long.MaxValue / factor)
        {
            return false;
        }

        bytes = (long)(count * factor);
        return true;
    }

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
