namespace MergeOps.Architectures.Encoders.Families;

/// <summary>BERT: MiniLM, bge, e5, gte, arctic-embed and most other embedding models.</summary>
internal class Bert : EncoderFamily
{
    /// <inheritdoc/>
    public override string ModelType => "bert";

    /// <inheritdoc/>
    protected override string ClassName => "Bert";

    /// <inheritdoc/>
    public override string Prefix => "bert.";

    /// <inheritdoc/>
    public override string Differences => "learned positions, token types, a norm after each sublayer";

    /// <inheritdoc/>
    protected override EncoderShape Read(ConfigReader config) => ReadPostNorm(config);

    /// <summary>The shape of the configs that use BERT's keys.</summary>
    protected static PostNormShape ReadPostNorm(ConfigReader config)
    {
        if (config.Text("position_embedding_type") is { } type and not "absolute")
        {
            config.Refuse($"position embeddings of the type '{type}' have no implementation here (there are: absolute)");
        }

        return new()
        {
            VocabularySize = config.Size("vocab_size"),
            HiddenSize = config.Size("hidden_size"),
            Layers = config.Size("num_hidden_layers"),
            Heads = config.Size("num_attention_heads"),
            IntermediateSize = config.Size("intermediate_size"),
            NormEpsilon = config.Positive("layer_norm_eps", 1e-12),
            Activation = Activations.Read(config, "hidden_act", usual: "gelu"),
            PaddingId = config.Index("pad_token_id", 0),
            Positions = config.Size("max_position_embeddings"),
            TypeVocabularySize = config.Size("type_vocab_size", 2),
        };
    }
}
