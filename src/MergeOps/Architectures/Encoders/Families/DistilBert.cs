namespace MergeOps.Architectures.Encoders.Families;

/// <summary>DistilBERT: msmarco-distilbert, distiluse and their relatives.</summary>
internal sealed class DistilBert : EncoderFamily
{
    private static readonly PostNormNames Names = new()
    {
        Layers = "transformer.layer.",
        Query = "attention.q_lin",
        Key = "attention.k_lin",
        Value = "attention.v_lin",
        Mixed = "attention.out_lin",
        AttentionNorm = "sa_layer_norm",
        Up = "ffn.lin1",
        Down = "ffn.lin2",
        OutputNorm = "output_layer_norm",
    };

    /// <inheritdoc/>
    public override string ModelType => "distilbert";

    /// <inheritdoc/>
    protected override string ClassName => "DistilBert";

    /// <inheritdoc/>
    public override string Prefix => "distilbert.";

    /// <inheritdoc/>
    public override string Differences => "as BERT without token types, under other names";

    /// <inheritdoc/>
    protected override EncoderShape Read(ConfigReader config) => new PostNormShape
    {
        VocabularySize = config.Size("vocab_size"),
        HiddenSize = config.Size("dim"),
        Layers = config.Size("n_layers"),
        Heads = config.Size("n_heads"),
        IntermediateSize = config.Size("hidden_dim"),
        NormEpsilon = 1e-12,
        Activation = Activations.Read(config, "activation", usual: "gelu"),
        PaddingId = config.Index("pad_token_id", 0),
        Positions = config.Size("max_position_embeddings"),
        Names = Names,
    };
}
