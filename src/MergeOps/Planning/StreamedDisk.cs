using MergeOps.Tensors;

namespace MergeOps.Planning;

/// <summary>What a streamed merge has on the disk at once: the file that is made and the one that is sent.</summary>
internal static class StreamedDisk
{
    // manifests, the files beside the weights, and what the file system adds
    private const long Beside = 64 << 20;

    /// <summary>Bytes that it needs.</summary>
    public static long Of(ShardLayout layout) => (2 * layout.Shards.Max(shard => shard.Length)) + Beside;

    /// <summary>The largest <c>shard_size</c> that so many bytes are enough for.</summary>
    public static long ShardSizeFor(long free) => Math.Max(1, (free - Beside) / 2 / 1_000_000 * 1_000_000);
}
