namespace MergeOps.Architectures.Decoders.Families;

/// <summary>Mixtral.</summary>
internal sealed class Mixtral : DecoderFamily
{
    /// <inheritdoc/>
    public override string ModelType => "mixtral";

    /// <inheritdoc/>
    public override string Architecture => "MixtralForCausalLM";

    /// <inheritdoc/>
    public override string Differences => "a router gives each token to the best `num_experts_per_tok` experts, weighted by a softmax over these";

    /// <inheritdoc/>
    protected override double DefaultTheta => 1_000_000;

    /// <inheritdoc/>
    protected override DecoderShape Read(ConfigReader config)
    {
        var shape = Common(config, epsilon: 1e-5);
        var window = WindowOf(config, usual: null);
        return shape with
        {
            LayerAttentions = EveryLayer(shape, window),
            Experts = new(
                config.Size("num_local_experts", 8),
                config.Size("num_experts_per_tok", 2),
                shape.IntermediateSize,
                [.. Enumerable.Range(0, shape.Layers)],
                ExpertTensorNames.OfMixtral)
            {
                NormalizesWeights = true,
            },
        };
    }
}
