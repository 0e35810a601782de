using System.Collections.Immutable;

namespace MergeOps.Architectures.Decoders;

/// <summary>The experts of a layer, of which each token goes through the few that a router gives the largest weights.</summary>
/// <param name="Count">How many there are.</param>
/// <param name="PerToken">How many a token goes through.</param>
/// <param name="IntermediateSize">The width of each.</param>
/// <param name="Layers">The layers that have experts.</param>
/// <param name="Names">What their tensors are called.</param>
internal sealed record ExpertShape(int Count, int PerToken, int IntermediateSize, ImmutableHashSet<int> Layers, ExpertTensorNames Names)
{
    /// <summary>Whether the weights of a token's experts are divided by their sum.</summary>
    public bool NormalizesWeights { get; init; }

    /// <summary>The width of the expert that every token goes through as well, by a gate of its own; null where there is none.</summary>
    public int? SharedIntermediateSize { get; init; }
}

/// <summary>What the tensors of experts are called under a layer's prefix.</summary>
/// <param name="Router">The router's prefix.</param>
/// <param name="Experts">The prefix of the experts' numbers.</param>
/// <param name="Gate">The projection that the activation is of.</param>
/// <param name="Up">The projection beside it.</param>
/// <param name="Down">The projection back.</param>
internal sealed record ExpertTensorNames(string Router, string Experts, string Gate, string Up, string Down)
{
    /// <summary>As Qwen's mixtures store them.</summary>
    public static ExpertTensorNames OfQwen { get; } = new("mlp.gate", "mlp.experts.", "gate_proj", "up_proj", "down_proj");

    /// <summary>As Mixtral stores them.</summary>
    public static ExpertTensorNames OfMixtral { get; } = new("block_sparse_moe.gate", "block_sparse_moe.experts.", "w1", "w3", "w2");
}
