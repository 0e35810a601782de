namespace MergeOps.Architectures.Decoders;

/// <summary>A config that is understood, of a model that could hardly be smaller.</summary>
internal static class SmallestConfig
{
    /// <summary>The text of its file.</summary>
    public const string Text = """
        {
          "architectures": ["LlamaForCausalLM"], "model_type": "llama", "hidden_act": "silu", "hidden_size": 8, "intermediate_size": 8,
          "max_position_embeddings": 8, "num_attention_heads": 2, "num_hidden_layers": 1, "num_key_value_heads": 1, "rms_norm_eps": 1e-05,
          "rope_theta": 10000, "tie_word_embeddings": true, "vocab_size": 3
        }
        """;
}
