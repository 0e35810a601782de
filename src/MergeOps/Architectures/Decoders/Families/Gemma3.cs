using MergeOps.Architectures.Decoders.Rotary;

namespace MergeOps.Architectures.Decoders.Families;

/// <summary>Gemma 3, text only.</summary>
internal sealed class Gemma3 : DecoderFamily
{
    private const int UsualHead = 256;
    private const int UsualHeads = 8;
    private const int UsualKeyValueHeads = 4;
    private const int UsualVocabulary = 262_208;
    private const int UsualWindow = 4096;
    private const int UsualPattern = 6;
    private const double GlobalTheta = 1_000_000;
    private const double LocalTheta = 10_000;

    /// <inheritdoc/>
    public override string ModelType => "gemma3_text";

    /// <inheritdoc/>
    public override string Architecture => "Gemma3ForCausalLM";

    /// <inheritdoc/>
    public override string Differences =>
        "as Gemma 2 without capped attention scores; each head of q and k is normalized; five layers with a sliding window, which have a rotary base of their own, for each layer without";

    /// <inheritdoc/>
    protected override double DefaultTheta => GlobalTheta;

    /// <inheritdoc/>
    protected override DecoderShape Read(ConfigReader config)
    {
        var hasBias = config.Flag("attention_bias");
        _ = config.Text("hidden_act");
        var byLayer = config.Block("rope_parameters");
        var shape = Common(config, UsualKeyValueHeads, UsualHead, activationKey: "hidden_activation", isTied: true, hasRotary: byLayer is null, usualHeads: UsualHeads, usualVocabulary: UsualVocabulary) with
        {
            NormAddsOne = true,
            Norms = NormPlacement.BeforeAndAfter,
            QueryKeyNorm = QueryKeyNorm.Heads,
            QkvBias = hasBias,
            OutputBias = hasBias,
            AttentionScale = 1 / Math.Sqrt(config.Positive("query_pre_attn_scalar", UsualHead)),
            LogitCap = config.PositiveOrNull("final_logit_softcapping"),
        };
        var local = config.Positive("rope_local_base_freq", LocalTheta);
        if (byLayer is not null)
        {
            shape = shape with { Rotary = Of(byLayer.Block("full_attention"), config.Positive("rope_theta", GlobalTheta)) };
            if (config.Has("rope_scaling"))
            {
                config.Refuse("config.json has 'rope_scaling' and 'rope_parameters'");
            }
        }

        var sliding = Of(byLayer?.Block("sliding_attention"), local);
        if (byLayer?.Unread.FirstOrDefault().Key is { } flat)
        {
            config.Refuse($"the rotary setting '{flat}' does not say which layers it is for");
        }

        var pattern = config.Size("sliding_window_pattern", UsualPattern);
        return shape with
        {
            EmbeddingScale = Math.Sqrt(shape.HiddenSize),
            RoundsEmbeddingScale = true,
            LayerAttentions = Layers(config, shape, WindowOf(config, UsualWindow), layer => (layer + 1) % pattern != 0, sliding),
        };

        RotarySettings Of(ConfigReader? block, double theta) =>
            block is null ? RotarySettings.Plain(theta) : RotaryReader.Read(block, config, shape.HeadSize, Positions(config), theta);
    }
}
