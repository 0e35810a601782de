using MergeOps.Diagnostics;

namespace MergeOps.Tensors;

/// <summary>Holds what a shard index says against what the shards' headers say.</summary>
internal static class IndexAgreement
{
    /// <summary>Every listed tensor lies in its shard, every tensor is listed; another total size is a warning.</summary>
    public static void Require(ShardIndex index, IReadOnlyCollection<SafetensorsHeader> shards, string indexPath, DiagnosticBag findings)
    {
        var held = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var tensor in shards.SelectMany(shard => shard.Tensors))
        {
            if (!held.TryAdd(tensor.Name, tensor.File))
            {
                throw Disagrees(indexPath, $"Tensor {TerminalText.Quoted(tensor.Name)} lies in {TerminalText.Quoted(held[tensor.Name])} and in {TerminalText.Quoted(tensor.File)}.");
            }
        }

        foreach (var (tensor, listed) in index.WeightMap)
        {
            if (!held.Remove(tensor, out var holder))
            {
                throw Disagrees(indexPath, $"It lists tensor {TerminalText.Quoted(tensor)} in {TerminalText.Quoted(listed)}, which does not hold it.");
            }

            if (holder != listed)
            {
                throw Disagrees(indexPath, $"It lists tensor {TerminalText.Quoted(tensor)} in {TerminalText.Quoted(listed)}, but it lies in {TerminalText.Quoted(holder)}.");
            }
        }

        if (held.Count > 0)
        {
            var (tensor, holder) = held.MinBy(pair => pair.Key, StringComparer.Ordinal);
            throw Disagrees(indexPath, $"{TerminalText.Quoted(holder)} holds tensor {TerminalText.Quoted(tensor)}, which it does not list ({held.Count} such tensors in all).");
        }

        WarnOfTotalSize(index, shards, indexPath, findings);
    }

    /// <summary>A single file beside an index must describe the same model; it is not read then.</summary>
    public static void RequireSame(Checkpoint sharded, Checkpoint single, string indexPath, DiagnosticBag findings)
    {
        static bool Same(TensorInfo a, TensorInfo b) => a.DType == b.DType && a.Shape.AsSpan().SequenceEqual(b.Shape.AsSpan());

        var different = sharded.Tensors.Keys.Union(single.Tensors.Keys)
            .Where(name => !(sharded.Tensors.TryGetValue(name, out var a) && single.Tensors.TryGetValue(name, out var b) && Same(a, b)))
            .Order(StringComparer.Ordinal)
            .ToList();
        if (different.Count > 0)
        {
            throw new MergeOpsException(Codes.TwoModelsInFolder,
                $"{CheckpointReader.SingleFile} and the shards disagree on {different.Count} tensors, {TerminalText.Quoted(different[0])} first. Remove the one that is not meant.",
                SourceSpan.File(indexPath));
        }

        findings.Warning(Codes.TwoModelsInFolder,
            $"The shards are read; {CheckpointReader.SingleFile} beside them is not, and its weights may differ.", SourceSpan.File(indexPath));
    }

    private static void WarnOfTotalSize(ShardIndex index, IReadOnlyCollection<SafetensorsHeader> shards, string indexPath, DiagnosticBag findings)
    {
        var sum = shards.SelectMany(shard => shard.Tensors).Aggregate(UInt128.Zero, (total, tensor) => total + (UInt128)tensor.ByteLength);
        if (index.GivesTotalSize && (index.TotalSize is not { } claimed || claimed != sum))
        {
            findings.Warning(Codes.TotalSizeDiffers,
                $"metadata.total_size is {index.TotalSize?.ToString() ?? "no number of bytes"}, the tensors have {sum} bytes. Nothing is sized by it.",
                SourceSpan.File(indexPath));
        }
    }

    private static MergeOpsException Disagrees(string indexPath, string detail) =>
        new(Codes.IndexDisagrees, detail, SourceSpan.File(indexPath));
}
