using System.Text;

namespace MergeOps.Tensors;

/// <summary>A plain relative path with forward slashes, by the rules of Windows on every system: it never leaves its folder.</summary>
internal static class PortablePath
{
    private const int MaxSegmentBytes = 255;

    private static readonly string[] DeviceNames =
    [
        "CON", "PRN", "AUX", "NUL", "CONIN$", "CONOUT$",
        .. "123456789¹²³".Select(digit => $"COM{digit}"),
        .. "123456789¹²³".Select(digit => $"LPT{digit}"),
    ];

    /// <summary>What is wrong with a path from outside, as a sentence; null when it is fine.</summary>
    public static string? Objection(string path)
    {
        if (path.Length == 0)
        {
            return "an empty name.";
        }

        if (path.Contains("://", StringComparison.Ordinal))
        {
            return "only files of the same folder belong here, never an address.";
        }

        if (path.IndexOfAny(['\\', ':', '<', '>', '"', '|', '?', '*']) is >= 0 and var at)
        {
            return $"the character {path[at]} does not belong in a relative path with forward slashes.";
        }

        return path.Any(char.IsControl)
            ? "control characters do not belong in a file name."
            : path.Split('/').Select(SegmentObjection).FirstOrDefault(objection => objection is not null);
    }

    /// <summary>Whether a path from outside could mean a place outside of its folder, on this system or another one.</summary>
    public static bool IsOutside(string path) =>
        path.Any(char.IsControl)
        || (path.Length > 1 && path[1] == ':' && char.IsAsciiLetter(path[0]))
        || path.Split('/', '\\').Any(segment => segment is "" or "." or "..");

    private static string? SegmentObjection(string segment)
    {
        if (segment is "" or "." or "..")
        {
            return "the path must be relative and may not leave the model's folder.";
        }

        if (segment[^1] is '.' or ' ')
        {
            return "Windows drops a dot or space at the end of a name.";
        }

        if (DeviceNames.Contains(segment.Split('.')[0].TrimEnd(' '), StringComparer.OrdinalIgnoreCase))
        {
            return "on Windows this is a device, not a file.";
        }

        return Encoding.UTF8.GetByteCount(segment) > MaxSegmentBytes
            ? $"no file system allows a name of more than {MaxSegmentBytes} bytes."
            : null;
    }
}
