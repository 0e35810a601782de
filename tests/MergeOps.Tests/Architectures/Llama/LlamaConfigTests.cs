using System.Text.Json.Nodes;
using MergeOps.Architectures.Llama;
using Xunit;

namespace MergeOps.Tests.Architectures.Llama;

public sealed class LlamaConfigTests
{
    private const string Llama = """
        {"model_type": "llama", "architectures": ["LlamaForCausalLM"], "vocab_size": 300, "hidden_size": 64,
         "intermediate_size": 172, "num_hidden_layers": 2, "num_attention_heads": 8, "max_position_embeddings": 512}
        """;

    [Fact]
    public void What_is_left_out_follows_from_what_is_there()
    {
        var config = Read(Llama);

        Assert.Equal((8, 8, 512, 10_000.0, false), (config!.KeyValueHeads, config.HeadSize, config.ContextLength, config.RopeTheta, config.TiedEmbeddings));
    }

    [Fact]
    public void Qwen2_has_biases_on_q_k_and_v_only() =>
        Assert.Equal((true, false, false), Read(With(("model_type", "qwen2"), ("architectures", null), ("num_key_value_heads", 2))) is { } config
            ? (config.QkvBias, config.OutputBias, config.QkNorm) : default);

    [Fact]
    public void Qwen3_normalises_heads_of_128_unless_the_file_says_otherwise() =>
        Assert.Equal((128, true, false), Read(With(("model_type", "qwen3"), ("architectures", null), ("num_key_value_heads", 2))) is { } config
            ? (config.HeadSize, config.QkNorm, config.QkvBias) : default);

    [Fact]
    public void A_sliding_window_shortens_the_context_so_that_full_attention_stays_exact() =>
        Assert.Equal(128, Read(With(
            ("model_type", "mistral"), ("architectures", null), ("num_key_value_heads", 4), ("sliding_window", 128)))!.ContextLength);

    [Fact]
    public void The_newer_spelling_of_rope_settings_is_read() =>
        Assert.Equal(5e5, Read(With(("rope_parameters", new JsonObject { ["rope_theta"] = 5e5, ["rope_type"] = "default" })))!.RopeTheta);

    [Theory]
    [InlineData("model_type", "\"gpt2\"", "no forward pass for architecture 'LlamaForCausalLM'")]
    [InlineData("architectures", "[\"LlamaForSequenceClassification\"]", "LlamaForSequenceClassification")]
    [InlineData("hidden_act", "\"gelu\"", "activation 'gelu'")]
    [InlineData("rope_scaling", "{\"rope_type\": \"yarn\", \"factor\": 4}", "rotary scaling 'yarn'")]
    [InlineData("rope_scaling", "{\"type\": \"linear\", \"factor\": -4}", "'factor' in config.json is -4")]
    [InlineData("quantization_config", "{\"quant_method\": \"gptq\"}", "quantised")]
    [InlineData("partial_rotary_factor", "0.5", "partial rotary")]
    [InlineData("hidden_size", "null", "no 'hidden_size'")]
    [InlineData("hidden_size", "99999999999", "not a whole number")]
    [InlineData("num_key_value_heads", "3", "are inconsistent")]
    public void What_would_not_be_exact_is_refused_by_name(string key, string value, string reason)
    {
        Assert.Null(Read(With((key, JsonNode.Parse(value))), out var whyNot));
        Assert.Contains(reason, whyNot, StringComparison.Ordinal);
    }

    /// <summary>Values by the published formula (Llama 3.1: factor 8, low 1, high 4, original context 8192).</summary>
    [Theory]
    [InlineData(1.0, 1.0)]
    [InlineData(1e-4, 1e-4 / 8)]
    [InlineData(2 * Math.PI / 4096, 2 * Math.PI / 4096 * ((2.0 / 3 / 8) + (1.0 / 3)))]
    public void Llama3_scaling_keeps_short_waves_stretches_long_ones_and_passes_smoothly(double frequency, double scaled) =>
        Assert.Equal(scaled, new RopeScaling(RopeKind.Llama3, 8, 1, 4, 8192).Scale(frequency), precision: 12);

    private static string With(params (string Key, JsonNode? Value)[] changes)
    {
        var root = JsonNode.Parse(Llama)!.AsObject();
        foreach (var (key, value) in changes)
        {
            root[key] = value;
        }

        return root.ToJsonString();
    }

    private static LlamaConfig? Read(string json) => Read(json, out _);

    private static LlamaConfig? Read(string json, out string? whyNot)
    {
        using var document = System.Text.Json.JsonDocument.Parse(json);
        return LlamaConfig.TryRead(document.RootElement, out whyNot);
    }
}
