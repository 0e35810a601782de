using System.Text.Json.Nodes;
using MergeOps.Diagnostics;
using MergeOps.Recipes.Validation;
using MergeOps.Sources;
using MergeOps.Tensors;
using MergeOps.Tests.Recipes;
using Xunit;

namespace MergeOps.Tests.Planning;

/// <summary>What the merged model says of itself in its config.</summary>
public sealed class OutputConfigTests : PlanningTests
{
    [Fact]
    public void A_config_that_counts_no_layers_keeps_its_lists()
    {
        Models.Model("a", new Dictionary<string, long[]> { ["h.0.x"] = [1] }, config: """{"n_layer": 0, "pruned_heads": []}""");
        var plan = Plan("""
            merge_method: passthrough
            models:
              - model: ./a
            """);

        Assert.Equal("""{"n_layer":0,"pruned_heads":[]}""", JsonNode.Parse(plan.Config!)!.ToJsonString());
    }

    [Theory]
    [InlineData("{ model: ./a, override_architecture: LlamaModel }", "./b", "LlamaModel")]
    [InlineData("./a", "{ model: { path: ./b }, override_architecture: LlamaModel }", "LlamaForCausalLM")]
    public void The_architecture_that_the_recipe_gives_a_model_is_the_outputs_where_the_model_gives_its_config(string first, string second, string architecture)
    {
        Models.Llama("a", layers: 1).Llama("b", layers: 1);
        var yaml = $$"""
            merge_method: linear
            models:
              - { model: {{first}}, parameters: { weight: 1 } }
              - { model: {{second}}, parameters: { weight: 1 } }
              - { model: ./b, parameters: { weight: 1 } }
            """;

        Assert.Equal(architecture, (string)JsonNode.Parse(Plan(yaml).Config!)!["architectures"]![0]!);
        // a lock has one entry for what lies in one place
        Assert.Equal(["./a", "./b"], ReferencedModels.PartsOf(RecipeReader.Read(Models.Recipe(yaml), RecipeText.Catalogue).Recipe!).Select(part => part.Model.Value.ToString()));
    }

    [Theory]
    [InlineData("""{"vocab_size": 8, "vocab_size": 9}""")]
    [InlineData("""{"rope": {"type": 1, "type": 2}}""")]
    [InlineData("""{"model_type": "\ud800"}""")]
    [InlineData("""["LlamaForCausalLM"]""")]
    [InlineData("{")]
    public void A_config_that_readers_understand_differently_is_refused(string config)
    {
        Models.Model("a", new Dictionary<string, long[]> { ["lm_head.weight"] = [2, 2] }, config: config);

        var refusal = Refused("""
            merge_method: passthrough
            models:
              - model: ./a
            """);

        Assert.Equal((Codes.ConfigUnreadable, 3), (refusal.Code, refusal.Span?.Line));
    }

    [Theory]
    [InlineData("config.json")]
    [InlineData("README.md")]
    public void A_description_that_is_a_link_out_of_the_models_folder_is_refused(string file)
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "links need a privilege on Windows");
        Models.Llama("a", layers: 1);
        var link = Path.Combine(Models.Path, "a", file);
        File.Move(Path.Combine(Models.Path, "a", "config.json"), Path.Combine(Models.Path, "foreign.json"));
        File.CreateSymbolicLink(link, "../foreign.json");

        Assert.Equal(Codes.LinkRefused, Refused("""
            merge_method: passthrough
            models:
              - model: ./a
            """).Code);
    }

    [Theory]
    [InlineData(true, false, true, false, true, false)] // both untied: the head is merged
    [InlineData(true, false, false, true, true, false)] // one untied: the other's embedding stands in
    [InlineData(false, true, false, true, false, true)] // both tied: none is written
    [InlineData(true, true, true, true, false, true)] // stored although tied: it is the embedding
    public void The_head_is_written_when_any_model_has_its_own(bool head1, bool tied1, bool head2, bool tied2, bool written, bool tied)
    {
        Models.Llama("a", layers: 1, head: head1, tied: tied1).Llama("b", layers: 1, head: head2, tied: tied2);
        var plan = Plan("""
            merge_method: linear
            models:
              - model: ./a
                parameters: { weight: 1 }
              - model: ./b
                parameters: { weight: 1 }
            """);
        Assert.Equal(written, plan.Jobs.Any(job => job.Name == "lm_head.weight"));
        Assert.Equal(tied, (bool)JsonNode.Parse(plan.Config!)!["tie_word_embeddings"]!);
        if (written && !head2)
        {
            Assert.Equal("model.embed_tokens.weight", Job(plan, "lm_head.weight").Inputs[1].Source.Name);
        }
    }

    // the class ties nothing by default, and a head that the file lacks would be made of random numbers
    [Fact]
    public void A_model_without_head_says_that_its_embeddings_are_tied_also_where_the_donor_did_not()
    {
        Models.Llama("a", layers: 1, head: false, tied: null).Llama("b", layers: 1, head: false, tied: null);

        Assert.True((bool)JsonNode.Parse(Plan(Linear).Config!)!["tie_word_embeddings"]!);
    }

    private const string Slices = """
        merge_method: passthrough
        slices:
          - sources: [{ model: ./a, layer_range: [0, 2] }]
          - sources: [{ model: ./b, layer_range: [1, 4] }]
        """;

    [Theory]
    [InlineData("text_config")]
    [InlineData("language_config")]
    [InlineData("llm_config")]
    public void Depth_and_lists_of_layers_are_written_where_a_nested_config_keeps_them(string section)
    {
        Nested(section, "\"num_hidden_layers\": 4, \"layer_types\": [\"a0\", \"a1\", \"a2\", \"a3\"]", "\"num_hidden_layers\": 4, \"layer_types\": [\"b0\", \"b1\", \"b2\", \"b3\"]");

        var language = JsonNode.Parse(Plan(Slices).Config!)![section]!;

        Assert.Equal(5, (int)language["num_hidden_layers"]!);
        Assert.Equal(["a0", "a1", "b1", "b2", "b3"], language["layer_types"]!.AsArray().Select(type => type!.ToString()));
    }

    [Fact]
    public void A_section_within_a_section_is_found()
    {
        Models.Mixed("a", """{"thinker_config": {"text_config": {"num_hidden_layers": 4, "hidden_size": 2}}, "talker_config": {"num_hidden_layers": 9}}""", Layers(4))
            .Mixed("b", "{}", Layers(4));

        var config = JsonNode.Parse(Plan(Slices).Config!)!;

        Assert.Equal(5, (int)config["thinker_config"]!["text_config"]!["num_hidden_layers"]!);
        Assert.Equal(9, (int)config["talker_config"]!["num_hidden_layers"]!);
    }

    // layers a0 a1 b1 b2 b3: what was said of a layer by its number is said of its new number
    [Theory]
    [InlineData("\"mlp_only_layers\": [1, 3]", "mlp_only_layers", "[1,2,4]")]
    [InlineData("\"cross_attention_layers\": [0]", "cross_attention_layers", "[0]")]
    [InlineData("\"max_window_layers\": 4", "max_window_layers", "5")]
    [InlineData("\"first_k_dense_replace\": 1", "first_k_dense_replace", "1")]
    [InlineData("\"hybrid_override_pattern\": \"M-*E\"", "hybrid_override_pattern", "\"M--*E\"")]
    [InlineData("\"eos_token_id\": [7, 8]", "eos_token_id", "[7,8]")]
    public void What_a_config_says_of_layers_by_number_follows_the_layers(string setting, string key, string expected)
    {
        Nested("text_config", $"\"num_hidden_layers\": 4, {setting}", $"\"num_hidden_layers\": 4, {setting}");

        Assert.Equal(expected, JsonNode.Parse(Plan(Slices).Config!)!["text_config"]![key]!.ToJsonString());
    }

    [Fact]
    public void A_rule_that_cannot_describe_the_new_layers_is_named()
    {
        Nested("text_config", "\"num_hidden_layers\": 4, \"decoder_sparse_step\": 2", "\"num_hidden_layers\": 4, \"decoder_sparse_step\": 2");

        var (_, found) = TryPlan(Slices, Models);

        var warning = Assert.Single(found, diagnostic => diagnostic.Code == Codes.LayerRuleKept);
        Assert.Contains("'decoder_sparse_step'", warning.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public void Whole_models_keep_the_depth_that_their_config_counts()
    {
        // a layer for the prediction of more tokens lies behind those that the config counts
        Models.Mixed("a", """{"num_hidden_layers": 3}""", Layers(4)).Mixed("b", """{"num_hidden_layers": 3}""", Layers(4));

        Assert.Equal(3, (int)JsonNode.Parse(Plan(Linear).Config!)!["num_hidden_layers"]!);
    }

    [Fact]
    public void The_number_type_is_written_into_every_section_that_has_one()
    {
        const string Config = """{"dtype": "float32", "text_config": {"hidden_size": 2, "dtype": "float32"}, "vision_config": {"torch_dtype": "float32", "depth": 1}}""";
        Models.Mixed("a", Config, Layers(1)).Mixed("b", Config, Layers(1));

        var config = JsonNode.Parse(Plan(Linear + "\ndtype: bfloat16").Config!)!;

        Assert.Equal(
            ["bfloat16", "bfloat16", "bfloat16", null],
            [(string?)config["dtype"], (string?)config["text_config"]!["dtype"], (string?)config["vision_config"]!["torch_dtype"], (string?)config["torch_dtype"]]);
    }

    // of two types the one that most bytes have, however few the tensors are
    [Theory]
    [InlineData(8, 2, "float32")]
    [InlineData(1, 2, "bfloat16")]
    public void Of_several_number_types_the_config_names_that_of_most_bytes(long wide, int halves, string name)
    {
        (string, DType, long[])[] tensors =
        [
            ("wide.weight", DType.F32, [wide]),
            .. Enumerable.Range(0, halves).Select(i => ($"half.{i}.weight", DType.BF16, new long[] { 4 })),
        ];
        Models.Mixed("a", """{"torch_dtype": "float16"}""", tensors).Mixed("b", "{}", tensors);

        Assert.Equal(name, (string?)JsonNode.Parse(Plan(Linear).Config!)!["torch_dtype"]);
    }

    [Fact]
    public void A_number_type_that_says_as_stored_is_written_out()
    {
        Models.Mixed("a", """{"dtype": null, "text_config": {"hidden_size": 2}}""", Layers(1)).Mixed("b", "{}", Layers(1));

        Assert.Equal("float32", (string?)JsonNode.Parse(Plan(Linear).Config!)!["dtype"]);
    }

    [Fact]
    public void Tying_and_rows_are_read_and_written_in_the_section_of_the_language_model()
    {
        const string Config = """{"text_config": {"hidden_size": 4, "vocab_size": 8, "tie_word_embeddings": true}}""";
        (string, DType, long[])[] tensors = [("model.embed_tokens.weight", DType.F32, [8, 4]), ("lm_head.weight", DType.F32, [8, 4])];
        Models.Mixed("a", Config, tensors).Mixed("b", Config, tensors).Poke("a", "lm_head.weight", 0, 1);

        var text = JsonNode.Parse(Plan(Linear).Config!)!["text_config"]!;

        Assert.Equal((false, 8), ((bool)text["tie_word_embeddings"]!, (int)text["vocab_size"]!));
    }

    private const string Linear = """
        merge_method: linear
        models:
          - model: ./a
            parameters: { weight: 0.5 }
          - model: ./b
            parameters: { weight: 0.5 }
        """;

    private void Nested(string section, string first, string second) => Models
        .Mixed("a", $$"""{"{{section}}": { {{first}} }, "vision_config": {"num_hidden_layers": 4} }""", Layers(4))
        .Mixed("b", $$"""{"{{section}}": { {{second}} } }""", Layers(4));

    private static (string, DType, long[])[] Layers(int count) =>
        [.. Enumerable.Range(0, count).Select(layer => ($"model.layers.{layer}.up.weight", DType.F32, new long[] { 2 }))];
}
