using System.Text.Json.Nodes;
using MergeOps.Architectures.Decoders;
using MergeOps.Architectures.Decoders.Rotary;
using Xunit;

namespace MergeOps.Tests.Architectures.Decoders;

public sealed class DecoderFamilyTests
{
    private const string Llama = """
        {"model_type": "llama", "architectures": ["LlamaForCausalLM"], "vocab_size": 300, "hidden_size": 64,
         "intermediate_size": 172, "num_hidden_layers": 2, "num_attention_heads": 8, "max_position_embeddings": 512}
        """;

    [Fact]
    public void What_is_left_out_follows_from_what_is_there()
    {
        var config = Read(Llama);

        Assert.Equal((8, 8, 512, 10_000.0, false), (config!.KeyValueHeads, config.HeadSize, config.ContextLength, config.Rotary.Theta, config.TiedEmbeddings));
    }

    [Fact]
    public void Qwen2_has_biases_on_q_k_and_v_only() =>
        Assert.Equal((true, false, false), Read(With(("model_type", "qwen2"), ("architectures", null), ("num_key_value_heads", 2))) is { } config
            ? (config.QkvBias, config.OutputBias, config.QueryKeyNorm is QueryKeyNorm.Heads) : default);

    [Fact]
    public void Qwen3_normalises_heads_of_128_unless_the_file_says_otherwise() =>
        Assert.Equal((128, true, false), Read(With(("model_type", "qwen3"), ("architectures", null), ("num_key_value_heads", 2))) is { } config
            ? (config.HeadSize, config.QueryKeyNorm is QueryKeyNorm.Heads, config.QkvBias) : default);

    [Theory]
    [InlineData("sliding_window", "128", 128)]
    [InlineData("sliding_window", "null", null)]
    [InlineData("vocab_size", "300", 4096)]
    public void Mistral_slides_in_every_layer_unless_the_file_says_null(string key, string value, int? window)
    {
        var config = Read(With(("model_type", "mistral"), ("architectures", null), ("num_key_value_heads", 4), (key, JsonNode.Parse(value))))!;

        Assert.Equal([window, window], Enumerable.Range(0, 2).Select(layer => config.AttentionOf(layer).Window));
        Assert.Equal(512, config.ContextLength);
    }

    [Fact]
    public void The_newer_spelling_of_rope_settings_is_read() =>
        Assert.Equal(5e5, Read(With(("rope_parameters", new JsonObject { ["rope_theta"] = 5e5, ["rope_type"] = "default" })))!.Rotary.Theta);

    [Theory]
    [InlineData("model_type", "\"gpt2\"", "no forward pass for architecture 'LlamaForCausalLM'")]
    [InlineData("architectures", "[\"LlamaForSequenceClassification\"]", "LlamaForSequenceClassification")]
    [InlineData("hidden_act", "\"mish\"", "activation 'mish'")]
    [InlineData("rope_scaling", "{\"rope_type\": \"proportional\", \"factor\": 4}", "rotary scaling 'proportional'")]
    [InlineData("rope_scaling", "{\"type\": \"su\", \"short_factor\": [1, 1, 1, 1], \"long_factor\": [1, 1, 1, 1]}", "rotary scaling 'su'")]
    [InlineData("rope_scaling", "{\"rope_type\": \"yarn\"}", "no 'factor'")]
    [InlineData("rope_scaling", "{\"rope_type\": \"linear\", \"factor\": 2, \"mrope_section\": [1, 2]}", "'mrope_section'")]
    [InlineData("rope_scaling", "\"linear\"", "not an object")]
    [InlineData("pretraining_tp", "2", "'pretraining_tp' in config.json is 2")]
    [InlineData("sliding_window", "256", "'sliding_window' in config.json is 256, which the forward pass of 'llama'")]
    [InlineData("layer_types", "[\"full_attention\", \"chunked_attention\"]", "'layer_types'")]
    [InlineData("logits_scaling", "8", "'logits_scaling'")]
    [InlineData("num_local_experts", "8", "'num_local_experts'")]
    [InlineData("use_bidirectional_attention", "true", "'use_bidirectional_attention'")]
    [InlineData("rope_scaling", "{\"type\": \"linear\", \"factor\": -4}", "'factor' in config.json is -4")]
    [InlineData("quantization_config", "{\"quant_method\": \"gptq\"}", "quantized")]
    [InlineData("partial_rotary_factor", "0.5", "'partial_rotary_factor'")]
    [InlineData("hidden_size", "null", "no 'hidden_size'")]
    [InlineData("hidden_size", "99999999999", "not a whole number")]
    [InlineData("num_key_value_heads", "3", "are inconsistent")]
    public void What_would_not_be_exact_is_refused_by_name(string key, string value, string reason)
    {
        Assert.Null(Read(With((key, JsonNode.Parse(value))), out var whyNot));
        Assert.Contains(reason, whyNot, StringComparison.Ordinal);
    }

    /// <summary>As transformers' Phi3Config reads them: names from before the scaling had its own.</summary>
    [Theory]
    [InlineData("su")]
    [InlineData("yarn")]
    [InlineData("longrope")]
    public void Phi3_called_longrope_by_other_names(string name)
    {
        var scaling = new JsonObject { ["type"] = name, ["short_factor"] = new JsonArray(1, 2, 3, 4), ["long_factor"] = new JsonArray(5, 6, 7, 8) };

        var config = Read(With(("model_type", "phi3"), ("architectures", null), ("rope_scaling", scaling), ("original_max_position_embeddings", 128)))!;

        Assert.Equal(new LongRotary([1, 2, 3, 4], [5, 6, 7, 8], 4, 128), config.Rotary.Scaling);
    }

    /// <summary>Values by the published formula (Llama 3.1: factor 8, low 1, high 4, original context 8192).</summary>
    [Theory]
    [InlineData(1.0, 1.0)]
    [InlineData(1e-4, 1e-4 / 8)]
    [InlineData(2 * Math.PI / 4096, 2 * Math.PI / 4096 * ((2.0 / 3 / 8) + (1.0 / 3)))]
    public void Llama3_scaling_keeps_short_waves_stretches_long_ones_and_passes_smoothly(double frequency, double scaled) =>
        Assert.Equal(scaled, new Llama3Rotary(8, 1, 4, 8192).Frequencies(1 / (frequency * frequency), 4, 1)[1], precision: 12);

    [Fact]
    public void The_page_says_how_each_family_differs()
    {
        var page = File.ReadAllLines(Path.Combine(Repository.Root, "src", "MergeOps", "Architectures", "Decoders", "Decoders.md"));

        Assert.Equal(
            DecoderFamily.All.Select(family => $"| `{family.ModelType}` | `{family.Architecture}` | {family.Differences} |"),
            page.Where(line => line.StartsWith("| `", StringComparison.Ordinal) && !line.Contains("architectures", StringComparison.Ordinal)));
    }

    private static string With(params (string Key, JsonNode? Value)[] changes)
    {
        var root = JsonNode.Parse(Llama)!.AsObject();
        foreach (var (key, value) in changes)
        {
            root[key] = value;
        }

        return root.ToJsonString();
    }

    private static DecoderShape? Read(string json) => Read(json, out _);

    private static DecoderShape? Read(string json, out string? whyNot)
    {
        using var document = System.Text.Json.JsonDocument.Parse(json);
        return DecoderFamily.TryRead(document.RootElement, out whyNot);
    }
}
