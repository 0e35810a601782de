using MergeOps.Architectures.Decoders.Rotary;

namespace MergeOps.Architectures.Decoders.Families;

/// <summary>Phi-3, Phi-3.5 and Phi-4, mini and medium.</summary>
internal sealed class Phi3 : DecoderFamily
{
    /// <inheritdoc/>
    public override string ModelType => "phi3";

    /// <inheritdoc/>
    public override string Architecture => "Phi3ForCausalLM";

    /// <inheritdoc/>
    public override string Differences => "q, k and v are rows of one matrix, and so are both halves of SwiGLU; only a part of each head is rotated; `longrope`, which older configs call `su` or `yarn`; a sliding window in every layer where `sliding_window` is given";

    /// <inheritdoc/>
    protected override bool TurnsInPart => true;

    // configs from before the scaling had its name
    /// <inheritdoc/>
    protected override string RotaryKind(string name) => name is "su" or "yarn" ? RotaryReader.LongRope : name;

    /// <inheritdoc/>
    protected override DecoderShape Read(ConfigReader config)
    {
        var shape = Common(config, keyValueHeads: HeadsOf(config), epsilon: 1e-5) with { HasFusedProjections = true };
        var window = WindowOf(config, usual: null);
        return shape with { LayerAttentions = EveryLayer(shape, window) };
    }
}
