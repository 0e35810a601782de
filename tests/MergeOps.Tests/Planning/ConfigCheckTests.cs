using MergeOps.Diagnostics;
using MergeOps.Tensors;
using Xunit;

namespace MergeOps.Tests.Planning;

/// <summary>Configs that contradict each other are shown with their values where that changes what the weights mean, and only there.</summary>
public sealed class ConfigCheckTests : PlanningTests
{
    [Theory]
    [InlineData("""{"rope_theta": 10000.0}""", """{"rope_theta": 500000}""", "rope_theta 10000 in ./a, 500000 in ./b")]
    [InlineData("""{"rope_parameters": {"rope_theta": 1e6, "rope_type": "default"}}""", """{"rope_theta": 10000}""", "rope_theta 1000000 in ./a, 10000 in ./b")]
    [InlineData("""{"model_type": "llama"}""", """{"model_type": "llama", "rope_theta": 500000}""", "rope_theta 10000 in ./a, 500000 in ./b")]
    [InlineData("""{"rope_scaling": {"type": "linear", "factor": 2}}""", """{"rope_scaling": null}""", "rope_scaling {factor: 2, rope_type: linear} in ./a, none in ./b")]
    [InlineData("""{"rope_scaling": {"type": "mrope", "mrope_section": [2, 1, 1]}}""", """{"rope_scaling": {"rope_type": "default", "mrope_section": [1, 1, 2]}}""", "mrope_section [2, 1, 1] in ./a, [1, 1, 2] in ./b")]
    [InlineData("""{"rms_norm_eps": 1e-05}""", """{"rms_norm_eps": 1e-06}""", "norm epsilon 1E-05 in ./a, 1E-06 in ./b")]
    [InlineData("""{"layer_norm_eps": 1e-12}""", """{"layer_norm_eps": 1e-05}""", "norm epsilon")]
    [InlineData("""{"hidden_act": "silu"}""", """{"hidden_activation": "gelu_pytorch_tanh"}""", "activation silu in ./a, gelu_pytorch_tanh in ./b")]
    [InlineData("""{"num_attention_heads": 32}""", """{"num_attention_heads": 16}""", "num_attention_heads 32 in ./a, 16 in ./b")]
    [InlineData("""{"sliding_window": 4096}""", """{"sliding_window": 4096, "use_sliding_window": false}""", "sliding_window 4096 in ./a, none in ./b")]
    [InlineData("""{"text_config": {"hidden_size": 8, "rope_theta": 1e4}}""", """{"text_config": {"hidden_size": 8, "rope_theta": 1e6}}""", "rope_theta 10000 in ./a, 1000000 in ./b")]
    public void A_contradiction_is_shown_with_both_values(string first, string second, string shown)
    {
        var warning = Assert.Single(Found(first, second));

        Assert.Equal((Codes.ConfigsDiffer, Severity.Warning, 5), (warning.Code, warning.Severity, warning.Span?.Line));
        Assert.Contains(shown, warning.Detail, StringComparison.Ordinal);
        Assert.EndsWith("The output takes the values of ./a.", warning.Detail, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("""{"rope_theta": 10000}""", """{"rope_theta": 10000.0}""")]
    [InlineData("""{"model_type": "llama", "rms_norm_eps": 1e-6}""", """{"model_type": "llama"}""")]
    [InlineData("""{"model_type": "qwen2", "rope_theta": 10000.0}""", """{"model_type": "qwen2"}""")]
    [InlineData("""{"rope_scaling": {"type": "yarn", "factor": 4.0}, "rope_theta": 1e6}""", """{"rope_parameters": {"rope_type": "yarn", "factor": 4, "rope_theta": 1000000}}""")]
    [InlineData("""{"rope_parameters": {"rope_type": "default", "rope_theta": 10000}}""", """{"rope_theta": 10000, "rope_scaling": null}""")]
    [InlineData("""{"transformers_version": "4.31.0", "use_cache": true, "torch_dtype": "float16"}""", """{"transformers_version": "5.0.0", "dtype": "bfloat16", "_name_or_path": "x"}""")]
    [InlineData("""{"max_position_embeddings": 4096, "bos_token_id": 1}""", """{"max_position_embeddings": 32768, "eos_token_id": [1, 2]}""")]
    [InlineData("""{"hidden_size": 64, "num_attention_heads": 4, "head_dim": 16}""", """{"hidden_size": 64, "num_attention_heads": 4}""")]
    [InlineData("""{"model_type": "gemma3", "text_config": {"hidden_size": 8, "model_type": "gemma3_text"}}""", """{"model_type": "gemma3_text", "hidden_size": 8}""")]
    [InlineData(
        """{"model_type": "qwen2_5_vl", "hidden_size": 8, "rope_theta": 1e6, "rope_scaling": {"type": "mrope", "mrope_section": [16, 24, 24]}}""",
        """{"model_type": "qwen2_5_vl", "text_config": {"model_type": "qwen2_5_vl_text", "hidden_size": 8, "rope_parameters": {"rope_theta": 1000000, "rope_type": "default", "type": "default", "mrope_section": [16, 24, 24]}}}""")]
    public void Spelling_defaults_and_what_changes_no_meaning_are_silent(string first, string second) => Assert.Empty(Found(first, second));

    [Fact]
    public void Another_end_of_text_is_a_note_of_its_own()
    {
        var note = Assert.Single(Found("""{"eos_token_id": 2}""", """{"eos_token_id": [2, 16]}"""));

        Assert.Equal((Codes.ConfigsDiffer, Severity.Note), (note.Code, note.Severity));
        Assert.StartsWith("The end tokens differ: eos_token_id 2 in ./a, ", note.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public void Another_architecture_is_an_error_that_names_the_key_which_allows_it()
    {
        const string Qwen = """{"model_type": "qwen2", "rope_theta": 1000000}""";
        const string Mistral = """{"model_type": "mistral", "rope_theta": 10000}""";

        var error = Assert.Single(Found(Qwen, Mistral));
        Assert.Equal((Codes.ArchitecturesDiffer, Severity.Error), (error.Code, error.Severity));
        Assert.Contains("model_type qwen2 in ./a, mistral in ./b", error.Detail, StringComparison.Ordinal);

        var allowed = Assert.Single(Found(Qwen, Mistral, "allow_different_architectures: true"));
        Assert.Equal((Codes.ConfigsDiffer, Severity.Warning), (allowed.Code, allowed.Severity));
    }

    [Fact]
    public void Another_name_for_the_same_arithmetic_is_only_a_warning()
    {
        const string Common = "\"rope_theta\": 10000, \"rms_norm_eps\": 1e-5, \"hidden_act\": \"silu\", \"num_attention_heads\": 2, \"num_key_value_heads\": 1";

        var warning = Assert.Single(Found($$"""{"model_type": "llama", {{Common}}}""", $$"""{"model_type": "mistral", {{Common}}}"""));

        Assert.Equal((Codes.ConfigsDiffer, Severity.Warning), (warning.Code, warning.Severity));
    }

    [Theory]
    [InlineData("""{"pooling_mode_cls_token": true, "pooling_mode_mean_tokens": false}""", """{"pooling_mode": "mean"}""", "pooling cls in ./a, mean in ./b")]
    [InlineData("""{"pooling_mode_mean_tokens": true}""", """{"pooling_mode": ["mean", "max"]}""", "pooling mean in ./a, max, mean in ./b")]
    public void Another_pooling_is_shown_in_both_dialects(string first, string second, string shown)
    {
        var found = Found("{}", "{}", files: [("a", "1_Pooling/config.json", first), ("b", "1_Pooling/config.json", second)]);

        Assert.Contains(shown, Assert.Single(found).Detail, StringComparison.Ordinal);
    }

    [Fact]
    public void Equal_pooling_in_two_dialects_is_silent() => Assert.Empty(Found("{}", "{}", files:
    [
        ("a", "1_Pooling/config.json", """{"word_embedding_dimension": 8, "pooling_mode_mean_tokens": true, "pooling_mode_cls_token": false}"""),
        ("b", "1_Pooling/config.json", """{"embedding_dimension": 8, "pooling_mode": "mean"}"""),
    ]));

    [Fact]
    public void Other_prompts_are_shown()
    {
        var found = Found("{}", "{}", files:
        [
            ("a", "config_sentence_transformers.json", """{"prompts": {"query": "query: "}, "__version__": {"torch": "1"}}"""),
            ("b", "config_sentence_transformers.json", """{"prompts": {"query": "Represent: "}, "__version__": {"torch": "2"}}"""),
        ]);

        Assert.Contains("prompts {query: query: } in ./a, {query: Represent: } in ./b", Assert.Single(found).Detail, StringComparison.Ordinal);
    }

    [Fact]
    public void The_same_labels_in_another_order_are_refused()
    {
        var error = Assert.Single(Found("""{"id2label": {"0": "neg", "1": "neu", "2": "pos"}}""", """{"id2label": {"0": "pos", "1": "neu", "2": "neg"}}"""));

        Assert.Equal((Codes.LabelsDiffer, Severity.Error), (error.Code, error.Severity));
        Assert.Contains("[neg, neu, pos] and [pos, neu, neg]", error.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public void Other_labels_are_shown_and_labels_without_names_are_silent()
    {
        Assert.Contains("id2label [neg, pos] in ./a, [entail, contra] in ./b", Assert.Single(Found("""{"id2label": {"0": "neg", "1": "pos"}}""", """{"id2label": {"1": "contra", "0": "entail"}}""")).Detail, StringComparison.Ordinal);
        Assert.Empty(Found("""{"id2label": {"0": "LABEL_0", "1": "LABEL_1"}}""", """{"id2label": {"0": "no", "1": "yes"}}"""));
    }

    [Fact]
    public void A_donor_without_a_config_is_told_when_another_model_has_one()
    {
        var warning = Assert.Single(Found(null, "{}"));

        Assert.Contains("./a gives the config and has none", warning.Detail, StringComparison.Ordinal);
        Assert.Contains("such as ./b", warning.Detail, StringComparison.Ordinal);
        Assert.Empty(Found("{}", null));
    }

    private static DiagnosticBag Found(string? first, string? second, string more = "", (string Model, string Path, string Text)[]? files = null)
    {
        using var models = new TemporaryModels();
        models
            .Mixed("a", first, ("h.0.x.weight", DType.F32, [2, 2]))
            .Mixed("b", second, ("h.0.x.weight", DType.F32, [2, 2]));
        foreach (var (model, path, text) in files ?? [])
        {
            models.File(model, path, text).File(model, "modules.json", """[{"idx": 1, "path": "1_Pooling", "type": "sentence_transformers.models.Pooling"}]""");
        }

        return TryPlan(
            $$"""
            merge_method: linear
            models:
              - model: ./a
                parameters: { weight: 0.5 }
              - model: ./b
                parameters: { weight: 0.5 }
            {{more}}
            """,
            models).Diagnostics;
    }
}
