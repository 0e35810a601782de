using MergeOps.Diagnostics;

namespace MergeOps.Tensors;

/// <summary>
/// What an index may name as a shard: a weight file of the index's own format at a portable path, so that a model that opens here opens
/// everywhere and never leaves its folder.
/// </summary>
internal static class ShardNames
{
    /// <summary>Refuses an index with a shard name that breaks a rule, or with two that are one file on some disks.</summary>
    public static void Require(IEnumerable<string> shards, string indexPath)
    {
        var isPickled = Path.GetFileName(indexPath).Contains(ModelFileNames.PickledEnding + ".", StringComparison.Ordinal);
        var distinct = shards.Distinct(StringComparer.Ordinal).ToList();
        foreach (var shard in distinct)
        {
            if (Objection(shard, isPickled) is { } objection)
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

    private static (DiagnosticCode Code, string Detail)? Objection(string shard, bool isPickled) =>
        PortablePath.Objection(shard) is { } detail ? (Codes.ShardNameRefused, detail)
        : isPickled && shard.EndsWith(ModelFileNames.PickledEnding, StringComparison.Ordinal) ? null
        : ForeignContent.RecogniseName(shard);
}
