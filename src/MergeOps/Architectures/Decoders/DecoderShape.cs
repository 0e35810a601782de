using System.Collections.Immutable;
using MergeOps.Architectures.Decoders.Rotary;

namespace MergeOps.Architectures.Decoders;

/// <summary>
/// Everything that decides the forward pass of a causal decoder beside its weights. What is not set is as in Llama; each
/// <see cref="DecoderFamily"/> sets what it has otherwise.
/// </summary>
internal sealed record DecoderShape
{
    public required int VocabularySize { get; init; }

    public required int HiddenSize { get; init; }

    public required int IntermediateSize { get; init; }

    public required int Layers { get; init; }

    public required int Heads { get; init; }

    public required int KeyValueHeads { get; init; }

    public required int HeadSize { get; init; }

    /// <summary>Positions that are scored at once.</summary>
    public required int ContextLength { get; init; }

    /// <summary>The longest input that the model is made for.</summary>
    public int Positions { get; init; }

    public double NormEpsilon { get; init; } = 1e-6;

    /// <summary>Whether a norm multiplies by 1 + weight (Gemma).</summary>
    public bool NormAddsOne { get; init; }

    /// <summary>Where a layer normalizes.</summary>
    public NormPlacement Norms { get; init; }

    /// <summary>What of q and k is normalized before the rotation.</summary>
    public QueryKeyNorm QueryKeyNorm { get; init; }

    public Activation Activation { get; init; } = Activation.Silu;

    /// <summary>How positions turn the heads of a layer that does not say otherwise.</summary>
    public RotarySettings Rotary { get; init; } = RotarySettings.Plain(10_000);

    /// <summary>What each layer sees, in order; empty where every layer sees all before it and turns by <see cref="Rotary"/>.</summary>
    public ImmutableArray<LayerAttention> LayerAttentions { get; init; } = [];

    /// <summary>What q·k is multiplied by; null for 1/√<see cref="HeadSize"/>.</summary>
    public double? AttentionScale { get; init; }

    /// <summary>c of c·tanh(x/c) over the attention's scores; null for none.</summary>
    public double? AttentionCap { get; init; }

    /// <summary>c of c·tanh(x/c) over the logits; null for none.</summary>
    public double? LogitCap { get; init; }

    /// <summary>What the logits are divided by.</summary>
    public double LogitDivisor { get; init; } = 1;

    /// <summary>What the embedding is multiplied by.</summary>
    public double EmbeddingScale { get; init; } = 1;

    /// <summary>Whether that factor is rounded to the type of the arithmetic first (Gemma).</summary>
    public bool RoundsEmbeddingScale { get; init; }

    /// <summary>What the outcome of attention and of the MLP is multiplied by before it joins the states.</summary>
    public double ResidualScale { get; init; } = 1;

    /// <summary>Whether q, k and v have a bias.</summary>
    public bool QkvBias { get; init; }

    /// <summary>Whether the attention's output projection has a bias.</summary>
    public bool OutputBias { get; init; }

    public bool MlpBias { get; init; }

    /// <summary>Whether q, k and v are rows of one matrix, and the MLP's gate and the matrix beside it are rows of another (Phi-3).</summary>
    public bool HasFusedProjections { get; init; }

    /// <summary>The experts of the layers that have some instead of one MLP; null for none.</summary>
    public ExpertShape? Experts { get; init; }

    /// <summary>Whether the output projection is the embedding.</summary>
    public bool TiedEmbeddings { get; init; }

    /// <summary>Whether it is the part of a larger model that reads texts; see <see cref="TextPart"/>.</summary>
    public bool IsPart { get; init; }

    /// <summary>The tokens that end what the model writes, as the config names them.</summary>
    public ImmutableArray<int> EndTokens { get; init; } = [];

    /// <summary>What a layer's attention sees.</summary>
    public LayerAttention AttentionOf(int layer) => LayerAttentions.IsEmpty ? new(null, Rotary) : LayerAttentions[layer];

    /// <summary>Whether a layer has experts.</summary>
    public bool HasExperts(int layer) => Experts?.Layers.Contains(layer) == true;
}

/// <summary>What one layer's attention sees.</summary>
/// <param name="Window">How many positions up to its own a position sees; null for all.</param>
/// <param name="Rotary">How positions turn its heads; null where they do not.</param>
internal sealed record LayerAttention(int? Window, RotarySettings? Rotary);

/// <summary>Where a layer normalizes.</summary>
internal enum NormPlacement
{
    /// <summary>The input of attention and of the MLP.</summary>
    Before,

    /// <summary>Their input and what they give (Gemma 2 and 3).</summary>
    BeforeAndAfter,

    /// <summary>What they give (OLMo 2).</summary>
    After,
}

/// <summary>What of q and k is normalized.</summary>
internal enum QueryKeyNorm
{
    /// <summary>Nothing.</summary>
    None,

    /// <summary>Each head.</summary>
    Heads,

    /// <summary>All heads together.</summary>
    Whole,
}
