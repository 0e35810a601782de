using System.Collections.Frozen;
using System.Text.Json;

namespace MergeOps.Architectures.Decoders;

/// <summary>
/// Keys of a config that change the forward pass of some architecture. A family that does not ask for one cannot honor it,
/// so a value that changes something is refused: other software that reads the key would compute something else.
/// </summary>
internal static class ForwardKeys
{
    private static readonly FrozenDictionary<string, Func<JsonElement, bool>> Neutral = new (Func<JsonElement, bool> Test, string[] Keys)[]
    {
        (IsOff,
        [
            "quantization_config", "compression_config",
            "attention_bias", "qkv_bias", "mlp_bias", "use_bias", "bias", "add_bias_linear", "add_qkv_bias", "lm_head_bias",
            "use_qk_norm", "qk_norm", "qk_layernorm", "clip_qkv", "attn_logit_softcapping", "final_logit_softcapping", "query_pre_attn_scalar",
            "attention_multiplier", "attention_in_multiplier", "scale_emb", "scale_depth", "dim_model_base", "mup_width_multiplier",
            "sliding_window", "use_sliding_window", "sliding_window_pattern", "sliding_window_size", "attention_chunk_size", "attn_temperature_tuning",
            "no_rope_layers", "no_rope_layer_interval", "nope_layer_interval", "rotary_dim", "rope_local_base_freq", "rope_interleaved", "use_mrope",
            "alibi", "use_alibi", "parallel_attn", "use_parallel_residual", "parallel_attention",
            "use_bidirectional_attention", "is_encoder_decoder", "add_cross_attention", "cross_attention_layers", "is_causal_lm_head",
            "num_experts", "num_local_experts", "n_routed_experts", "n_shared_experts", "shared_expert_intermediate_size", "mlp_only_layers",
            "num_kv_shared_layers", "activation_sparsity_pattern", "hidden_size_per_layer_input", "altup_num_inputs", "laurel_rank",
            "kv_lora_rank", "q_lora_rank", "attn_output_gate", "attention_sink", "use_attention_sinks", "block_configs", "q_norm_type",
        ]),
        (value => value.ValueKind is not JsonValueKind.False, ["is_causal"]),
        (IsOne, ["pretraining_tp", "partial_rotary_factor", "rotary_pct", "embedding_multiplier", "residual_multiplier", "logits_scaling", "logit_scale", "embed_scale"]),
        (value => value.ValueKind != JsonValueKind.Array || value.EnumerateArray().All(type => type.ValueKind == JsonValueKind.String && type.ValueEquals("full_attention")), ["layer_types"]),
    }.SelectMany(group => group.Keys, (group, key) => (key, group.Test)).ToFrozenDictionary(pair => pair.key, pair => pair.Test, StringComparer.Ordinal);

    /// <summary>Refuses the first key that would change the forward pass and was not asked for.</summary>
    public static void RefuseUnread(ConfigReader config, string family)
    {
        foreach (var (key, value) in config.Unread)
        {
            if (key is "quantization_config" or "compression_config")
            {
                config.Refuse($"the weights are quantized ('{key}' in config.json)");
            }
            else if (Neutral.TryGetValue(key, out var isNeutral) && !isNeutral(value))
            {
                var text = value.GetRawText();
                config.Refuse($"'{key}' in config.json is {(text.Length <= 40 ? text : text[..40] + "…")}, which the forward pass of '{family}' does not have");
            }
        }
    }

    private static bool IsOff(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.False => true,
        JsonValueKind.Number => value.TryGetDouble(out var number) && number == 0,
        JsonValueKind.Array => value.GetArrayLength() == 0,
        _ => false,
    };

    private static bool IsOne(JsonElement value) =>
        value.ValueKind == JsonValueKind.Number && value.TryGetDouble(out var number) && number == 1;
}
