namespace MergeOps.Benchmarks;

/// <summary>The tensors of a TinyLlama-like model: hidden 2048, four key-value heads of 64, MLP 5632, 32000 tokens.</summary>
internal static class LlamaShapes
{
    /// <summary>
    /// Names and shapes for a depth: 1 is about 0.25 GB with fewer tokens, 8 is 1 GB, 38 is 3.6 GB; 0 is a model of about
    /// 1 MB for start-up alone.
    /// </summary>
    public static IEnumerable<(string Name, long[] Shape)> Of(int layers)
    {
        var (hidden, keys, inner, vocabulary) = layers switch
        {
            0 => (64L, 16L, 176L, 2000L),
            1 => (2048L, 256L, 5632L, 20000L),
            _ => (2048L, 256L, 5632L, 32000L),
        };
        yield return ("model.embed_tokens.weight", [vocabulary, hidden]);
        for (var layer = 0; layer < Math.Max(layers, 1); layer++)
        {
            var prefix = $"model.layers.{layer}";
            yield return ($"{prefix}.self_attn.q_proj.weight", [hidden, hidden]);
            yield return ($"{prefix}.self_attn.k_proj.weight", [keys, hidden]);
            yield return ($"{prefix}.self_attn.v_proj.weight", [keys, hidden]);
            yield return ($"{prefix}.self_attn.o_proj.weight", [hidden, hidden]);
            yield return ($"{prefix}.mlp.gate_proj.weight", [inner, hidden]);
            yield return ($"{prefix}.mlp.up_proj.weight", [inner, hidden]);
            yield return ($"{prefix}.mlp.down_proj.weight", [hidden, inner]);
            yield return ($"{prefix}.input_layernorm.weight", [hidden]);
            yield return ($"{prefix}.post_attention_layernorm.weight", [hidden]);
        }

        yield return ("model.norm.weight", [hidden]);
        yield return ("lm_head.weight", [vocabulary, hidden]);
    }
}
