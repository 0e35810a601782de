namespace MergeOps.Architectures.Decoders.Families;

/// <summary>Qwen3 with experts.</summary>
internal sealed class Qwen3Moe : DecoderFamily
{
    private const int UsualWindow = 4096;

    /// <inheritdoc/>
    public override string ModelType => "qwen3_moe";

    /// <inheritdoc/>
    public override string Architecture => "Qwen3MoeForCausalLM";

    /// <inheritdoc/>
    public override string Differences => "as Qwen3, with experts in the layers that `decoder_sparse_step` and `mlp_only_layers` select";

    /// <inheritdoc/>
    protected override DecoderShape Read(ConfigReader config)
    {
        var hasBias = config.Flag("attention_bias");
        var shape = Common(config) with { QueryKeyNorm = QueryKeyNorm.Heads, QkvBias = hasBias, OutputBias = hasBias };
        var step = config.Size("decoder_sparse_step", 1);
        var plain = config.Indices("mlp_only_layers") ?? [];
        return shape with
        {
            LayerAttentions = EveryLayer(shape, SwitchedWindowOf(config, UsualWindow)),
            Experts = new(
                config.Size("num_experts", 128),
                config.Size("num_experts_per_tok", 8),
                config.Size("moe_intermediate_size", 768),
                [.. Enumerable.Range(0, shape.Layers).Where(layer => (layer + 1) % step == 0 && !plain.Contains(layer))],
                ExpertTensorNames.OfQwen)
            {
                NormalizesWeights = config.Flag("norm_topk_prob"),
            },
        };
    }
}
