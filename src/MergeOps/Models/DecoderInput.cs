using static TorchSharp.torch;

namespace MergeOps.Models;

/// <summary>Token ids that go through a decoder together.</summary>
/// <param name="Ids">Ids [rows, length] (int64). Padding on the right needs no mask, for attention is causal.</param>
internal sealed record DecoderInput(Tensor Ids)
{
    /// <summary>The ids of each row that count, for rotations that depend on the length of the input; null where all do.</summary>
    public int[]? Lengths { get; init; }

    /// <summary>The ids on the left of each row that are padding; null for none.</summary>
    public int[]? Padding { get; init; }

    /// <summary>The keys and values of the ids before these; null where these are the first.</summary>
    public KeyValueCache? Cache { get; init; }

    /// <summary>How many rows there are.</summary>
    public int Rows => (int)Ids.shape[0];

    /// <summary>How many ids a row has.</summary>
    public int Length => (int)Ids.shape[1];

    /// <summary>How many ids each row had before these.</summary>
    public int Past => Cache?.Length ?? 0;
}
