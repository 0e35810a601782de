namespace MergeOps.Architectures.Llama;

/// <summary>The tensors of a Llama-like decoder under their Hugging Face names.</summary>
internal static class LlamaTensors
{
    public const string Embedding = "model.embed_tokens.weight";
    public const string FinalNorm = "model.norm.weight";
    public const string Output = "lm_head.weight";

    /// <summary>The prefix of one layer's tensors, with its dot.</summary>
    public static string Layer(int index) => $"model.layers.{index}.";

    /// <summary>Every tensor that the forward pass uses, with its shape.</summary>
    public static IEnumerable<(string Name, long[] Shape)> Of(LlamaConfig config)
    {
        long hidden = config.HiddenSize;
        yield return (Embedding, [config.VocabularySize, hidden]);
        for (var layer = 0; layer < config.Layers; layer++)
        {
            foreach (var (name, shape) in OfLayer(config))
            {
                yield return (Layer(layer) + name, shape);
            }
        }

        yield return (FinalNorm, [hidden]);
        if (!config.TiedEmbeddings)
        {
            yield return (Output, [config.VocabularySize, hidden]);
        }
    }

    private static IEnumerable<(string Name, long[] Shape)> OfLayer(LlamaConfig config)
    {
        long hidden = config.HiddenSize;
        long inner = config.IntermediateSize;
        long query = (long)config.Heads * config.HeadSize;
        long keyValue = (long)config.KeyValueHeads * config.HeadSize;
        (string Name, long Out, long In, bool Bias)[] projections =
        [
            ("self_attn.q_proj", query, hidden, config.QkvBias),
            ("self_attn.k_proj", keyValue, hidden, config.QkvBias),
            ("self_attn.v_proj", keyValue, hidden, config.QkvBias),
            ("self_attn.o_proj", hidden, query, config.OutputBias),
            ("mlp.gate_proj", inner, hidden, config.MlpBias),
            ("mlp.up_proj", inner, hidden, config.MlpBias),
            ("mlp.down_proj", hidden, inner, config.MlpBias),
        ];
        yield return ("input_layernorm.weight", [hidden]);
        yield return ("post_attention_layernorm.weight", [hidden]);
        foreach (var (name, outputs, inputs, bias) in projections)
        {
            yield return (name + ".weight", [outputs, inputs]);
            if (bias)
            {
                yield return (name + ".bias", [outputs]);
            }
        }

        if (config.QkNorm)
        {
            yield return ("self_attn.q_norm.weight", [config.HeadSize]);
            yield return ("self_attn.k_norm.weight", [config.HeadSize]);
        }
    }
}
