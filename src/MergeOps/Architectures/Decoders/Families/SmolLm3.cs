namespace MergeOps.Architectures.Decoders.Families;

/// <summary>SmolLM3.</summary>
internal sealed class SmolLm3 : DecoderFamily
{
    private const int UsualInterval = 4;

    /// <inheritdoc/>
    public override string ModelType => "smollm3";

    /// <inheritdoc/>
    public override string Architecture => "SmolLM3ForCausalLM";

    /// <inheritdoc/>
    public override string Differences => "every fourth layer has no rotary positions, by `no_rope_layers` and `no_rope_layer_interval`";

    /// <inheritdoc/>
    protected override DecoderShape Read(ConfigReader config)
    {
        var hasBias = config.Flag("attention_bias");
        var shape = Common(config, isTied: true) with { QkvBias = hasBias, OutputBias = hasBias, MlpBias = config.Flag("mlp_bias") };
        var interval = config.Size("no_rope_layer_interval", UsualInterval);
        var turning = config.Indices("no_rope_layers");
        if (turning is { } given && given.Length != shape.Layers)
        {
            config.Refuse($"'no_rope_layers' in config.json has {given.Length} entries for {shape.Layers} layers");
            return shape;
        }

        bool Turns(int layer) => turning is { } known ? known[layer] != 0 : (layer + 1) % interval != 0;
        var window = SwitchedWindowOf(config, usual: null);
        var layers = Layers(config, shape, window, layer => !Turns(layer));
        return shape with { LayerAttentions = [.. layers.Select((attention, layer) => Turns(layer) ? attention : attention with { Rotary = null })] };
    }
}
