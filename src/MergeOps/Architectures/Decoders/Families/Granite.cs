namespace MergeOps.Architectures.Decoders.Families;

/// <summary>Granite 3, dense.</summary>
internal sealed class Granite : DecoderFamily
{
    /// <inheritdoc/>
    public override string ModelType => "granite";

    /// <inheritdoc/>
    public override string Architecture => "GraniteForCausalLM";

    /// <inheritdoc/>
    public override string Differences => "four scaling factors: for the embedding, for the attention scores, for the residual branches, and a divisor for the logits";

    /// <inheritdoc/>
    protected override DecoderShape Read(ConfigReader config)
    {
        var hasBias = config.Flag("attention_bias");
        return Common(config, keyValueHeads: HeadsOf(config)) with
        {
            QkvBias = hasBias,
            OutputBias = hasBias,
            MlpBias = config.Flag("mlp_bias"),
            EmbeddingScale = config.Positive("embedding_multiplier", 1),
            AttentionScale = config.Positive("attention_multiplier", 1),
            ResidualScale = config.Positive("residual_multiplier", 1),
            LogitDivisor = config.Positive("logits_scaling", 1),
        };
    }
}
