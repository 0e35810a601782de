using System.Collections.Immutable;

namespace MergeOps.Tensors;

/// <summary>The index of a sharded checkpoint, as written.</summary>
/// <param name="WeightMap">For each tensor the shard that holds it: relative, with forward slashes.</param>
/// <param name="TotalSize">The sum of the tensors' bytes as the index claims it, or null when it gives no such number.</param>
/// <param name="GivesTotalSize">Whether the index has a total size in whatever form.</param>
internal sealed record ShardIndex(
    IReadOnlyDictionary<string, string> WeightMap, ulong? TotalSize, bool GivesTotalSize)
{
    /// <summary>The shards, each once, in ordinal order.</summary>
    public ImmutableArray<string> Shards => [.. WeightMap.Values.Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)];
}
