namespace MergeOps.Architectures.Decoders.Families;

/// <summary>Qwen3, dense.</summary>
internal sealed class Qwen3 : DecoderFamily
{
    private const int UsualWindow = 4096;
    private const int UsualFirstWindow = 28;
    private const int UsualHead = 128;

    /// <inheritdoc/>
    public override string ModelType => "qwen3";

    /// <inheritdoc/>
    public override string Architecture => "Qwen3ForCausalLM";

    /// <inheritdoc/>
    public override string Differences => "each head of q and k is normalized before the rotation; heads of 128 unless `head_dim` says otherwise; windows as in Qwen2";

    /// <inheritdoc/>
    protected override DecoderShape Read(ConfigReader config)
    {
        var hasBias = config.Flag("attention_bias");
        var shape = Common(config, headSize: UsualHead) with { QueryKeyNorm = QueryKeyNorm.Heads, QkvBias = hasBias, OutputBias = hasBias };
        var first = config.Size("max_window_layers", UsualFirstWindow);
        return shape with { LayerAttentions = Layers(config, shape, SwitchedWindowOf(config, UsualWindow), layer => layer >= first) };
    }
}
