using System.Text;
using MergeOps.Diagnostics;

namespace MergeOps.Tensors;

/// <summary>
/// What an index may name as a shard: a plain relative path, by the rules of Windows on every system, so that a model
/// that opens here opens everywhere and never leaves its folder.
/// </summary>
internal static class ShardNames
{
    private const int MaxSegmentBytes = 255;

    private static readonly string[] DeviceNames =
    [
        "CON", "PRN", "AUX", "NUL", "CONIN$", "CONOUT$",
        .. "123456789¹²³".Select(digit => $"COM{digit}"),
        .. "123456789¹²³".Select(digit => $"LPT{digit}"),
    ];

    /// <summary>Refuses an index with a shard name that breaks a rule, or with two that are one file on some disks.</summary>
    public static void Require(IEnumerable<string> shards, string indexPath)
    {
        var distinct = shards.Distinct(StringComparer.Ordinal).ToList();
        foreach (var shard in distinct)
        {
            if (Objection(shard) is { } objection)
            {
                throw new MergeOpsException(objection.Code,
                    $"Its weight_map names {TerminalText.Quoted(shard)}: {objection.Detail}", SourceSpan.File(indexPath));
            }
        }

        if (distinct.GroupBy(shard => shard, StringComparer.OrdinalIgnoreCase).FirstOrDefault(group => group.Skip(1).Any()) is { } same)
        {
            throw new MergeOpsException(Codes.ShardNameRefused,
                $"Its weight_map names {string.Join(" and ", same.Select(TerminalText.Quoted))}, which are one file on a disk that ignores case.",
                SourceSpan.File(indexPath));
        }
    }

    private static (DiagnosticCode Code, string Detail)? Objection(string shard) =>
        PathObjection(shard) is { } detail ? (Codes.ShardNameRefused, detail) : ForeignContent.RecogniseName(shard);

    private static string? PathObjection(string shard)
    {
        if (shard.Length == 0)
        {
            return "an empty name.";
        }

        if (shard.Contains("://", StringComparison.Ordinal))
        {
            return "a shard is a file of the same folder, never fetched from an address.";
        }

        if (shard.IndexOfAny(['\\', ':', '<', '>', '"', '|', '?', '*']) is >= 0 and var at)
        {
            return $"the character {shard[at]} does not belong in a relative path with forward slashes.";
        }

        return shard.Any(char.IsControl)
            ? "control characters do not belong in a file name."
            : shard.Split('/').Select(SegmentObjection).FirstOrDefault(objection => objection is not null);
    }

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
            ? $"no file system holds a name of more than {MaxSegmentBytes} bytes."
            : null;
    }
}
