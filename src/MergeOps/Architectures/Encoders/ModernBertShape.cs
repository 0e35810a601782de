using System.Collections.Immutable;

namespace MergeOps.Architectures.Encoders;

/// <summary>Encoders as ModernBERT: rotary positions, norms before each part, a gated feed-forward network, windows in most layers.</summary>
internal sealed record ModernBertShape : EncoderShape
{
    /// <summary>The word embeddings.</summary>
    public const string Words = "embeddings.tok_embeddings.weight";

    /// <summary>The norm of the embeddings.</summary>
    public const string EmbeddingNorm = "embeddings.norm";

    /// <summary>The norm behind the last layer.</summary>
    public const string FinalNorm = "final_norm";

    /// <summary>The longest input that the model is made for.</summary>
    public required int Positions { get; init; }

    /// <summary>For each layer whether a token sees its neighbors alone.</summary>
    public required ImmutableArray<bool> SeesNeighbors { get; init; }

    /// <summary>How far a token sees there, to each side.</summary>
    public required int Reach { get; init; }

    /// <summary>The base of the rotary frequencies of layers that see everything.</summary>
    public required double GlobalTheta { get; init; }

    /// <summary>The base of those that see neighbors.</summary>
    public required double LocalTheta { get; init; }

    /// <summary>Whether norms have a bias.</summary>
    public bool NormBias { get; init; }

    /// <summary>Whether the projections of attention have one.</summary>
    public bool AttentionBias { get; init; }

    /// <summary>Whether those of the feed-forward network have one.</summary>
    public bool MlpBias { get; init; }

    /// <inheritdoc/>
    public override int LongestText => Positions;

    /// <summary>The prefix of one layer's tensors, with its dot.</summary>
    public static string Layer(int index) => $"layers.{index}.";

    /// <inheritdoc/>
    public override IEnumerable<(string Name, long[] Shape)> Tensors
    {
        get
        {
            long hidden = HiddenSize;
            IEnumerable<(string Name, long[] Shape)> all =
            [
                (Words, [VocabularySize, hidden]),
                .. Norm(EmbeddingNorm),
                .. Enumerable.Range(0, Layers).SelectMany(LayerTensors),
                .. Norm(FinalNorm),
            ];
            return all;
        }
    }

    // the embeddings are normalized already where the first layer begins
    private IEnumerable<(string Name, long[] Shape)> LayerTensors(int index) =>
    [
        .. index == 0 ? [] : Norm(Layer(index) + "attn_norm"),
        .. Linear(Layer(index) + "attn.Wqkv", 3L * HiddenSize, HiddenSize, AttentionBias),
        .. Linear(Layer(index) + "attn.Wo", HiddenSize, HiddenSize, AttentionBias),
        .. Norm(Layer(index) + "mlp_norm"),
        .. Linear(Layer(index) + "mlp.Wi", 2L * IntermediateSize, HiddenSize, MlpBias),
        .. Linear(Layer(index) + "mlp.Wo", HiddenSize, IntermediateSize, MlpBias),
    ];

    private IEnumerable<(string Name, long[] Shape)> Norm(string name) =>
        NormBias ? [(name + ".weight", [HiddenSize]), (name + ".bias", [HiddenSize])] : [(name + ".weight", [HiddenSize])];

    private static IEnumerable<(string Name, long[] Shape)> Linear(string name, long outputs, long inputs, bool hasBias) =>
        hasBias ? [(name + ".weight", [outputs, inputs]), (name + ".bias", [outputs])] : [(name + ".weight", [outputs, inputs])];
}
