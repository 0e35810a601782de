using MergeOps.Diagnostics;
using MergeOps.Tensors;
using Xunit;

namespace MergeOps.Tests.Planning;

/// <summary>Models whose tensors have other names get one message that shows both namings.</summary>
public sealed class NamingDifferencesTests : PlanningTests
{
    private static readonly string[] Llama = ["model.embed_tokens.weight", .. Layers("model.layers", "self_attn.q_proj.weight", "mlp.up_proj.weight"), "model.norm.weight"];

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

        Assert.StartsWith("./b names its tensors in another way than ./a: it has 'transformer.", refusal, StringComparison.Ordinal);
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
    public void An_incomplete_model_is_said_to_lack_tensors_and_nothing_else()
    {
        Write("a", Llama);
        Write("b", [.. Llama.Where(name => !name.Contains(".2.", StringComparison.Ordinal))]);

        Assert.Equal(
            "./b lacks 2 tensors that ./a has: 'model.layers.2.mlp.up_proj.weight', 'model.layers.2.self_attn.q_proj.weight'. Use a copy of ./b that holds all of its weights, or models of one architecture.",
            Refusal("./a", "./b"));
    }

    private static string[] Layers(string stack, params string[] suffixes) =>
        [.. from layer in Enumerable.Range(0, 4) from suffix in suffixes select $"{stack}.{layer}.{suffix}"];

    private void Write(string model, string[] names) => Models.Mixed(model, "{}", [.. names.Select(name => (name, DType.F32, new long[] { 2, 2 }))]);

    private string Refusal(string first, string second)
    {
        var refused = Refused($$"""
            merge_method: linear
            models:
              - model: {{first}}
                parameters: { weight: 0.5 }
              - model: {{second}}
                parameters: { weight: 0.5 }
            """);
        Assert.Equal((Codes.TensorMissing, 5), (refused.Code, refused.Span?.Line));
        return refused.Detail;
    }
}
