namespace MergeOps.Architectures.Decoders.Families;

/// <summary>Gemma 2.</summary>
internal sealed class Gemma2 : DecoderFamily
{
    private const int UsualHead = 256;
    private const int UsualWindow = 4096;

    /// <inheritdoc/>
    public override string ModelType => "gemma2";

    /// <inheritdoc/>
    public override string Architecture => "Gemma2ForCausalLM";

    /// <inheritdoc/>
    public override string Differences =>
        "embeddings times √hidden, norms with 1 + weight before and after attention and MLP, GELU, attention scores scaled by `query_pre_attn_scalar`, soft-capped attention scores and logits, a sliding window in every other layer";

    /// <inheritdoc/>
    protected override DecoderShape Read(ConfigReader config)
    {
        var hasBias = config.Flag("attention_bias");
        _ = config.Text("hidden_act");
        var shape = Common(config, headSize: UsualHead, activationKey: "hidden_activation", isTied: true) with
        {
            NormAddsOne = true,
            Norms = NormPlacement.BeforeAndAfter,
            QkvBias = hasBias,
            OutputBias = hasBias,
            AttentionScale = 1 / Math.Sqrt(config.Positive("query_pre_attn_scalar", UsualHead)),
            AttentionCap = CapOf(config, "attn_logit_softcapping", 50),
            LogitCap = CapOf(config, "final_logit_softcapping", 30),
        };
        return shape with
        {
            EmbeddingScale = Math.Sqrt(shape.HiddenSize),
            RoundsEmbeddingScale = true,
            LayerAttentions = Layers(config, shape, WindowOf(config, UsualWindow), layer => layer % 2 == 0),
        };
    }

    private static double? CapOf(ConfigReader config, string key, double usual) => config.IsNull(key) ? null : config.Positive(key, usual);
}
