namespace MergeOps.Architectures.Decoders.Families;

/// <summary>Mistral 7B, Nemo, Small and Large.</summary>
internal sealed class Mistral : DecoderFamily
{
    private const int UsualWindow = 4096;

    /// <inheritdoc/>
    public override string ModelType => "mistral";

    /// <inheritdoc/>
    public override string Architecture => "MistralForCausalLM";

    /// <inheritdoc/>
    public override string Differences => "a sliding window in every layer, unless `sliding_window` is null";

    /// <inheritdoc/>
    protected override DecoderShape Read(ConfigReader config)
    {
        var shape = Common(config);
        var window = WindowOf(config, UsualWindow);
        return shape with { LayerAttentions = EveryLayer(shape, window) };
    }
}
