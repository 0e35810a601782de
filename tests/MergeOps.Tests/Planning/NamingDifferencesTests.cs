using MergeOps.Diagnostics;
using MergeOps.Tensors;
using Xunit;

namespace MergeOps.Tests.Planning;

/// <summary>Models whose tensors have other names get one message that shows both namings.</summary>
public sealed class NamingDifferencesTests : PlanningTests
{
    private static readonly string[] Llama = ["model.embed_tokens.weight", .. Layers("model.layers", "self_attn.q_proj.weight", "mlp.up_proj.weight"), "model.norm.weight"];

    private const string Untied = """{"tie_word_embeddings": false}""";

    [Theory]
    [InlineData("language_model.")]
    [InlineData("model.language_model.")]
    [InlineData("base.")]
    public void A_prefix_is_shown_with_one_pair_of_names(string prefix)
    {
        Write("a", Llama);
        Write("b", [.. Llama.Select(name => prefix + name)]);

        Assert.Contains(
            $"./b puts '{prefix}' before the names that ./a uses: '{prefix}model.embed_tokens.weight' there is 'model.embed_tokens.weight'.",
            Refusal("./a", "./b"), StringComparison.Ordinal);
        Assert.Contains($"./b puts '{prefix}' before the names that ./a uses", Refusal("./b", "./a"), StringComparison.Ordinal);
    }

    [Fact]
    public void Two_namings_of_one_architecture_are_shown_side_by_side_and_no_depth_is_blamed()
    {
        Write("a", Llama);
        Write("b", ["transformer.wte.weight", .. Layers("transformer.h", "attn.c_attn.weight", "mlp.c_fc.weight"), "transformer.ln_f.weight"]);

        var refusal = Refusal("./a", "./b");

        Assert.StartsWith("./b names its tensors differently from ./a: it has 'transformer.", refusal, StringComparison.Ordinal);
        Assert.Contains("'transformer.h.N.attn.c_attn.weight' (4)", refusal, StringComparison.Ordinal);
        Assert.Contains("'model.layers.N.self_attn.q_proj.weight' (4)", refusal, StringComparison.Ordinal);
        Assert.True(refusal.Length < 800, "thousands of names fit into one message");
    }

    [Theory]
    [InlineData("./a", "./b", "./b stores its experts fused in one tensor", "./a one by one")]
    [InlineData("./b", "./a", "./a stores its experts one by one", "./b fused in one tensor")]
    public void Fused_and_separate_experts_are_told_apart_from_missing_ones(string first, string second, string one, string other)
    {
        string[] common = ["model.embed_tokens.weight", .. Layers("model.layers", "mlp.gate.weight")];
        Write("a", [.. common, .. Layers("model.layers", "mlp.experts.0.up_proj.weight", "mlp.experts.1.up_proj.weight")]);
        Write("b", [.. common, .. Layers("model.layers", "mlp.experts.gate_up_proj")]);

        var refusal = Refusal(first, second);

        Assert.Contains(one, refusal, StringComparison.Ordinal);
        Assert.Contains(other, refusal, StringComparison.Ordinal);
    }

    [Fact]
    public void A_head_that_one_model_alone_was_trained_with_can_be_kept_as_the_message_says()
    {
        Write("a", [.. Llama, "score.weight"]);
        Write("b", Llama);

        Assert.Contains("\nmodules:\n  score:\n    models: [{ model: ./a }]\n  text_decoder:\n    models: …", Refusal("./a", "./b"), StringComparison.Ordinal);

        var plan = Plan("""
            merge_method: linear
            modules:
              score:
                models: [{ model: ./a }]
              text_decoder:
                models:
                  - { model: ./a, parameters: { weight: 1 } }
                  - { model: ./b, parameters: { weight: 1 } }
            """);
        Assert.Equal("./a", ModelOf(plan, "score.weight"));
        Assert.Equal(2, Job(plan, "model.norm.weight").Inputs.Length);
    }

    [Fact]
    public void An_incomplete_model_is_said_to_lack_tensors_and_nothing_else()
    {
        Write("a", Llama);
        Write("b", [.. Llama.Where(name => !name.Contains(".2.", StringComparison.Ordinal))]);

        Assert.Equal(
            "./b lacks 2 tensors that ./a has: 'model.layers.2.mlp.up_proj.weight', 'model.layers.2.self_attn.q_proj.weight'. Use a copy of ./b that holds all of its weights, or models of one architecture.",
            Refusal("./a", "./b"));
    }

    [Theory]
    [InlineData("./a", "./b", "./b, from: bert.embeddings, to: embeddings", "./b, from: bert.encoder, to: encoder")]
    [InlineData("./b", "./a", "./a, from: embeddings, to: bert.embeddings", "./a, from: encoder, to: bert.encoder")]
    public void A_prefix_is_given_as_a_map_for_vocabularies_of_two_sizes_too(string first, string second, params string[] statements)
    {
        Bert("a", "", 8);
        Bert("b", "bert.", 9);

        var refusal = Refusal(first, second);

        Assert.All(statements, statement => Assert.Contains($"- {{ model: {statement} }}", refusal, StringComparison.Ordinal));
        Assert.NotNull(TryPlan(Merge(first, second) + refusal[refusal.IndexOf("\narchitecture_overrides:", StringComparison.Ordinal)..], Models).Plan);

        void Bert(string model, string prefix, int rows) => Models.Mixed(
            model, "{}",
            ($"{prefix}embeddings.word_embeddings.weight", DType.F32, [rows, 4]), ($"{prefix}embeddings.token_type_embeddings.weight", DType.F32, [2, 4]), ($"{prefix}encoder.layer.0.output.dense.weight", DType.F32, [4, 4]));
    }

    // the two namings in which phi-2 is published
    [Fact]
    public void Two_namings_of_one_architecture_are_matched_by_ends_of_names_roles_and_shapes_and_planned_when_the_recipe_says_so()
    {
        Models.Mixed("a", Untied, [.. Phi("model.layers", [("self_attn.q_proj", [8, 8]), ("self_attn.k_proj", [8, 8]), ("self_attn.v_proj", [8, 8]), ("self_attn.dense", [8, 8]), ("input_layernorm", [8])], ("model.embed_tokens", [16, 8]), ("model.final_layernorm", [8]), ("lm_head", [16, 8]))]);
        Models.Mixed("b", Untied, [.. Phi("transformer.h", [("mixer.Wqkv", [24, 8]), ("mixer.out_proj", [8, 8]), ("ln", [8])], ("transformer.embd.wte", [16, 8]), ("lm_head.ln", [8]), ("lm_head.linear", [16, 8]))]);
        const string Map = """
            architecture_overrides:
              names:
                - { model: ./b, from: transformer.h.N.mixer.Wqkv, to: [model.layers.N.self_attn.q_proj, model.layers.N.self_attn.k_proj, model.layers.N.self_attn.v_proj] }
                - { model: ./b, from: transformer.h.N.mixer.out_proj, to: model.layers.N.self_attn.dense }
                - { model: ./b, from: transformer.h.N.ln, to: model.layers.N.input_layernorm }
                - { model: ./b, from: transformer.embd.wte, to: model.embed_tokens }
                - { model: ./b, from: lm_head.linear, to: lm_head }
                - { model: ./b, from: lm_head.ln, to: model.final_layernorm }
                - { model: ./b, from: transformer.h, to: model.layers }
            """;

        Assert.EndsWith(Map.ReplaceLineEndings("\n"), Refusal("./a", "./b"), StringComparison.Ordinal);

        var plan = Plan(Merge("./a", "./b") + "\n" + Map);
        Assert.Equal("slice(transformer.h.2.mixer.Wqkv.weight, axis 0, 8 to 15)", Job(plan, "model.layers.2.self_attn.k_proj.weight").Inputs[1].Source.ToString());
        Assert.Equal("transformer.h.2.mlp.fc1.weight", Job(plan, "model.layers.2.mlp.fc1.weight").Inputs[1].Source.Name);
        Assert.Equal("lm_head.ln.weight", Job(plan, "model.final_layernorm.weight").Inputs[1].Source.Name);
        Assert.Empty(plan.Dropped);
    }

    [Fact]
    public void Shapes_that_two_tensors_share_prove_no_correspondence()
    {
        Write("a", ["one.alpha.weight", "one.beta.weight"]);
        Write("b", ["two.gamma.weight", "two.delta.weight"]);

        Assert.DoesNotContain("architecture_overrides", Refusal("./a", "./b"), StringComparison.Ordinal);
    }

    private static IEnumerable<(string, DType, long[])> Phi(string stack, (string Name, long[] Shape)[] ofLayer, params (string Name, long[] Shape)[] outside) =>
        from tensor in outside.Concat(
            from layer in Enumerable.Range(0, 4)
            from part in ofLayer.Append(("mlp.fc1", [12, 8])).Append(("mlp.fc2", [8, 12]))
            select ($"{stack}.{layer}.{part.Name}", part.Shape))
        select ($"{tensor.Item1}.weight", DType.F32, tensor.Item2);

    private static string[] Layers(string stack, params string[] suffixes) =>
        [.. from layer in Enumerable.Range(0, 4) from suffix in suffixes select $"{stack}.{layer}.{suffix}"];

    private void Write(string model, string[] names) => Models.Mixed(model, "{}", [.. names.Select(name => (name, DType.F32, new long[] { 2, 2 }))]);

    private static string Merge(string first, string second) => $$"""
        merge_method: linear
        models:
          - model: {{first}}
            parameters: { weight: 0.5 }
          - model: {{second}}
            parameters: { weight: 0.5 }
        """;

    private string Refusal(string first, string second)
    {
        var refused = Refused(Merge(first, second));
        Assert.Equal((Codes.TensorMissing, 5), (refused.Code, refused.Span?.Line));
        return refused.Detail;
    }
}
