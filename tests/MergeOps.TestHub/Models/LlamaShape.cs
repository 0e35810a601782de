using System.Text.Json.Nodes;

namespace MergeOps.TestHub.Models;

/// <summary>The numbers that make a Llama: its tensors and its config follow from them.</summary>
internal sealed record LlamaShape(int Layers, int Hidden, int Intermediate, int Heads, int KeyValueHeads, int Vocabulary)
{
    /// <summary>Llama 3 70B: 141 GB in bfloat16.</summary>
    public static LlamaShape SeventyBillion { get; } = new(80, 8192, 28672, 64, 8, 128256);

    /// <summary>A shape for tests: two heads that share one key and value head.</summary>
    public static LlamaShape Small(int layers, int hidden, int vocabulary) => new(layers, hidden, 2 * hidden, 2, 1, vocabulary);

    /// <summary>Names and shapes in the order in which checkpoints hold them.</summary>
    public IEnumerable<(string Name, long[] Shape)> Tensors()
    {
        var keyValue = Hidden / Heads * KeyValueHeads;
        yield return ("model.embed_tokens.weight", [Vocabulary, Hidden]);
        for (var layer = 0; layer < Layers; layer++)
        {
            var prefix = $"model.layers.{layer}.";
            yield return (prefix + "input_layernorm.weight", [Hidden]);
            yield return (prefix + "mlp.down_proj.weight", [Hidden, Intermediate]);
            yield return (prefix + "mlp.gate_proj.weight", [Intermediate, Hidden]);
            yield return (prefix + "mlp.up_proj.weight", [Intermediate, Hidden]);
            yield return (prefix + "post_attention_layernorm.weight", [Hidden]);
            yield return (prefix + "self_attn.k_proj.weight", [keyValue, Hidden]);
            yield return (prefix + "self_attn.o_proj.weight", [Hidden, Hidden]);
            yield return (prefix + "self_attn.q_proj.weight", [Hidden, Hidden]);
            yield return (prefix + "self_attn.v_proj.weight", [keyValue, Hidden]);
        }

        yield return ("model.norm.weight", [Hidden]);
        yield return ("lm_head.weight", [Vocabulary, Hidden]);
    }

    /// <summary>The text of <c>config.json</c>.</summary>
    public string Config() => new JsonObject
    {
        ["architectures"] = new JsonArray("LlamaForCausalLM"),
        ["bos_token_id"] = ByteTokenizer.EndOfText,
        ["eos_token_id"] = ByteTokenizer.EndOfText,
        ["hidden_act"] = "silu",
        ["hidden_size"] = Hidden,
        ["intermediate_size"] = Intermediate,
        ["max_position_embeddings"] = 256,
        ["model_type"] = "llama",
        ["num_attention_heads"] = Heads,
        ["num_hidden_layers"] = Layers,
        ["num_key_value_heads"] = KeyValueHeads,
        ["rms_norm_eps"] = 1e-5,
        ["rope_theta"] = 10000.0,
        ["tie_word_embeddings"] = false,
        ["torch_dtype"] = "bfloat16",
        ["vocab_size"] = Vocabulary,
    }.ToJsonString();
}
