namespace MergeOps.Architectures.Decoders.Families;

/// <summary>Qwen 1.5 and 2 with experts.</summary>
internal sealed class Qwen2Moe : DecoderFamily
{
    private const int UsualWindow = 4096;
    private const int UsualFirstWindow = 28;

    /// <inheritdoc/>
    public override string ModelType => "qwen2_moe";

    /// <inheritdoc/>
    public override string Architecture => "Qwen2MoeForCausalLM";

    /// <inheritdoc/>
    public override string Differences => "as Qwen2, with routed experts and a shared expert that every token goes through, with a gate of its own";

    /// <inheritdoc/>
    protected override DecoderShape Read(ConfigReader config)
    {
        var shape = Common(config) with { QkvBias = config.Flag("qkv_bias", true) };
        var step = config.Size("decoder_sparse_step", 1);
        var plain = config.Indices("mlp_only_layers") ?? [];
        var first = config.Size("max_window_layers", UsualFirstWindow);
        var window = SwitchedWindowOf(config, UsualWindow);
        return shape with
        {
            LayerAttentions = Layers(config, shape, window, layer => layer % 2 == 0 && layer < first),
            Experts = new(
                config.Size("num_experts", 60),
                config.Size("num_experts_per_tok", 4),
                config.Size("moe_intermediate_size", 1408),
                [.. Enumerable.Range(0, shape.Layers).Where(layer => (layer + 1) % step == 0 && !plain.Contains(layer))],
                ExpertTensorNames.OfQwen)
            {
                NormalizesWeights = config.Flag("norm_topk_prob"),
                SharedIntermediateSize = config.Size("shared_expert_intermediate_size", 5632),
            },
        };
    }
}
