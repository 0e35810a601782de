namespace MergeOps.Architectures.Decoders.Families;

/// <summary>Llama 1 to 3.3 and what is built like it: TinyLlama, SmolLM, Yi, DeepSeek LLM, and many more.</summary>
internal sealed class Llama : DecoderFamily
{
    /// <inheritdoc/>
    public override string ModelType => "llama";

    /// <inheritdoc/>
    public override string Architecture => "LlamaForCausalLM";

    /// <inheritdoc/>
    public override string Differences => "what the others are compared with: RMSNorm before attention and MLP, SwiGLU, grouped keys and values; biases by `attention_bias` and `mlp_bias`";

    /// <inheritdoc/>
    protected override DecoderShape Read(ConfigReader config)
    {
        var hasBias = config.Flag("attention_bias");
        return Common(config, keyValueHeads: HeadsOf(config)) with
        {
            QkvBias = hasBias,
            OutputBias = hasBias,
            MlpBias = config.Flag("mlp_bias"),
        };
    }
}
