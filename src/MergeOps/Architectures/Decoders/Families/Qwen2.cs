namespace MergeOps.Architectures.Decoders.Families;

/// <summary>Qwen 1.5, 2 and 2.5.</summary>
internal sealed class Qwen2 : DecoderFamily
{
    private const int UsualWindow = 4096;
    private const int UsualFirstWindow = 28;

    /// <inheritdoc/>
    public override string ModelType => "qwen2";

    /// <inheritdoc/>
    public override string Architecture => "Qwen2ForCausalLM";

    /// <inheritdoc/>
    public override string Differences => "biases of q, k and v; with `use_sliding_window` a sliding window from layer `max_window_layers` on, or where `layer_types` says so";

    /// <inheritdoc/>
    protected override DecoderShape Read(ConfigReader config)
    {
        var shape = Common(config) with { QkvBias = true };
        var first = config.Size("max_window_layers", UsualFirstWindow);
        return shape with { LayerAttentions = Layers(config, shape, SwitchedWindowOf(config, UsualWindow), layer => layer >= first) };
    }
}
