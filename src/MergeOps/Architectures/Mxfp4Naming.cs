namespace MergeOps.Architectures;

/// <summary>How the two tensors of a weight in MXFP4 are called.</summary>
/// <param name="Weight">The weight's name.</param>
/// <param name="Scales">The name of its scales.</param>
/// <param name="IsTurned">Whether loaders turn its matrices, so that they multiply from the right.</param>
internal sealed record Mxfp4Naming(string Weight, string Scales, bool IsTurned)
{
    // as transformers stores gpt-oss, and as its makers do, whose own code multiplies from the left
    private static readonly (string Blocks, string Scales, bool IsTurned)[] Known = [("_blocks", "_scales", true), (".blocks", ".scales", false)];

    /// <summary>The naming of blocks; null for a tensor that is not called so.</summary>
    public static Mxfp4Naming? Of(string blocks)
    {
        var (ending, scales, isTurned) = Array.Find(Known, known => blocks.EndsWith(known.Blocks, StringComparison.Ordinal));
        return ending is null ? null : new(blocks[..^ending.Length], blocks[..^ending.Length] + scales, isTurned);
    }
}
