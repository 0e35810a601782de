namespace MergeOps.Architectures.Decoders.Families;

/// <summary>OLMo 2.</summary>
internal sealed class Olmo2 : DecoderFamily
{
    /// <inheritdoc/>
    public override string ModelType => "olmo2";

    /// <inheritdoc/>
    public override string Architecture => "Olmo2ForCausalLM";

    /// <inheritdoc/>
    public override string Differences => "RMSNorm after attention and MLP instead of before, and over all heads of q and of k together";

    /// <inheritdoc/>
    protected override DecoderShape Read(ConfigReader config)
    {
        var hasBias = config.Flag("attention_bias");
        return Common(config, keyValueHeads: HeadsOf(config), epsilon: 1e-5) with
        {
            Norms = NormPlacement.After,
            QueryKeyNorm = QueryKeyNorm.Whole,
            QkvBias = hasBias,
            OutputBias = hasBias,
        };
    }
}
