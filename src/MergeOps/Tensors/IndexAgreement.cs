using MergeOps.Diagnostics;

namespace MergeOps.Tensors;

/// <summary>Holds what a shard index says against what the shards' headers say.</summary>
internal static class IndexAgreement
{
    /// <summary>Every shard is there; else what is there instead, and what to do.</summary>
    /// <param name="index">The index.</param>
    /// <param name="indexName">Its file's name.</param>
    /// <param name="top">The names of the files beside it.</param>
    /// <param name="has">Whether a shard is there.</param>
    /// <param name="address">What a person writes to name the model.</param>
    /// <param name="spanOf">Where a shard would lie.</param>
    public static void RequireShards(
        ShardIndex index, string indexName, IReadOnlyCollection<string> top, Predicate<string> has, ModelAddress address, Func<string, SourceSpan> spanOf)
    {
        var missing = index.Shards.Where(shard => !has(shard)).ToList();
        if (missing.Count > 0)
        {
            throw new MergeOpsException(Codes.ShardMissing, WhatIsThere(index, indexName, missing, top, address), spanOf(missing[0]));
        }
    }

    /// <summary>Every listed tensor lies in its shard, every tensor is listed; another total size is a warning.</summary>
    public static void Require(ShardIndex index, IReadOnlyCollection<SafetensorsHeader> shards, string indexPath, DiagnosticBag findings)
    {
        if (!Agree(index, shards))
        {
            Refuse(index, shards, indexPath);
        }

        WarnOfTotalSize(index, shards, indexPath, findings);
    }

    private static bool Agree(ShardIndex index, IReadOnlyCollection<SafetensorsHeader> shards)
    {
        var listed = 0;
        foreach (var tensor in shards.SelectMany(shard => shard.Tensors))
        {
            if (index.WeightMap.GetValueOrDefault(tensor.Name) != tensor.File)
            {
                return false;
            }

            listed++;
        }

        return listed == index.WeightMap.Count;
    }

    // tells the first difference, whichever order the index has
    private static void Refuse(ShardIndex index, IReadOnlyCollection<SafetensorsHeader> shards, string indexPath)
    {
        var held = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var tensor in shards.SelectMany(shard => shard.Tensors))
        {
            if (!held.TryAdd(tensor.Name, tensor.File))
            {
                throw Disagrees(indexPath, $"Tensor {TerminalText.Quoted(tensor.Name)} is in {TerminalText.Quoted(held[tensor.Name])} and in {TerminalText.Quoted(tensor.File)}.");
            }
        }

        foreach (var (tensor, listed) in index.WeightMap.OrderBy(pair => pair.Key, StringComparer.Ordinal))
        {
            if (!held.Remove(tensor, out var holder))
            {
                throw Disagrees(indexPath, $"It lists tensor {TerminalText.Quoted(tensor)} in {TerminalText.Quoted(listed)}, which does not hold it.");
            }

            if (holder != listed)
            {
                throw Disagrees(indexPath, $"It lists tensor {TerminalText.Quoted(tensor)} in {TerminalText.Quoted(listed)}, but it is in {TerminalText.Quoted(holder)}.");
            }
        }

        var (first, where) = held.MinBy(pair => pair.Key, StringComparer.Ordinal);
        throw Disagrees(indexPath, $"{TerminalText.Quoted(where)} holds tensor {TerminalText.Quoted(first)}, which it does not list ({held.Count} such tensors in all).");
    }

    private static string WhatIsThere(ShardIndex index, string indexName, List<string> missing, IReadOnlyCollection<string> top, ModelAddress address)
    {
        var named = $"the {index.Shards.Length} shards that {indexName} names";
        if (missing.Count < index.Shards.Length)
        {
            return $"Of {named}, {NameList.Of(missing)} {(missing.Count == 1 ? "is" : "are")} missing; the rest is there. {address.Completing}";
        }

        var others = CheckpointLayout.SeriesIn(top).Where(series => series.IsWhole).Select(series => series.Pattern)
            .Concat(CheckpointLayout.LooseIn(top))
            .ToList();
        return others.Count == 0
            ? $"Of {named}, none is there. {address.Completing}"
            : $"Of {named}, none is there; {NameList.Of(others)} {(others.Count == 1 ? "is" : "are")}, of another save of the model. {address.Changing($"remove {indexName} to have what is there read, or put the shards back that it names")}";
    }

    private static void WarnOfTotalSize(ShardIndex index, IReadOnlyCollection<SafetensorsHeader> shards, string indexPath, DiagnosticBag findings)
    {
        var sum = shards.SelectMany(shard => shard.Tensors).Aggregate(UInt128.Zero, (total, tensor) => total + (UInt128)tensor.ByteLength);
        if (index.GivesTotalSize && (index.TotalSize is not { } claimed || claimed != sum))
        {
            findings.Warning(Codes.TotalSizeDiffers,
                $"metadata.total_size is {index.TotalSize?.ToString() ?? "no number of bytes"}, the tensors have {sum:N0} bytes. MergeOps does not rely on it.",
                SourceSpan.File(indexPath));
        }
    }

    private static MergeOpsException Disagrees(string indexPath, string detail) =>
        new(Codes.IndexDisagrees, detail, SourceSpan.File(indexPath));
}
