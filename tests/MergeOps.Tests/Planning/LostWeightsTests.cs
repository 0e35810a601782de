using System.Text.Json.Nodes;
using MergeOps.Diagnostics;
using MergeOps.Tensors;
using Xunit;

namespace MergeOps.Tests.Planning;

/// <summary>Every weight is in the output, or the loss of it is said; buffers that are computed anew may come and go.</summary>
public sealed class LostWeightsTests : PlanningTests
{
    private const string Weight = "model.layers.0.self_attn.q_proj.weight";
    private const string Bias = "model.layers.0.self_attn.q_proj.bias";

    [Fact]
    public void Weights_that_the_first_model_lacks_are_named_once_for_all_layers()
    {
        Models
            .Mixed("a", "{}", [.. Layers(3, ".weight")])
            .Mixed("b", "{}", [.. Layers(3, ".weight", ".bias"), ("visual.proj", DType.F32, [2])]);

        var (plan, found) = TryPlan(Linear("./a", "./b"), Models);

        var warning = Assert.Single(found);
        Assert.Equal((Codes.WeightsLost, Severity.Warning, 5), (warning.Code, warning.Severity, warning.Span?.Line));
        Assert.Equal(
            "./b has 'model.layers.N.self_attn.q_proj.bias' (3), 'visual.proj': ./a has no such tensor. The output does not have them. To keep such weights, every model needs them.",
            warning.Detail);
        Assert.Equal(4, plan!.Dropped.Count(dropped => dropped.IsLost));
    }

    [Fact]
    public void A_stack_of_layers_that_the_first_model_lacks_is_named()
    {
        Models
            .Mixed("a", "{}", [.. Layers(2, ".weight")])
            .Mixed("b", "{}", [.. Layers(2, ".weight"), ("visual.blocks.0.proj.weight", DType.F32, [2]), ("visual.blocks.1.proj.weight", DType.F32, [2])]);

        var (_, found) = TryPlan(Linear("./a", "./b"), Models);

        var warning = Assert.Single(found, finding => finding.Code == Codes.WeightsLost);
        Assert.StartsWith("./b has 'visual.blocks.N.proj.weight' (2): the model that shapes the output has no such layers.", warning.Detail, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("attention_bias")]
    [InlineData("qkv_bias")]
    public void Biases_that_the_outputs_config_asks_for_are_an_error(string setting)
    {
        Models
            .Mixed("donor", $$"""{"{{setting}}": true}""", (Weight, DType.F32, [2, 2]), (Bias, DType.F32, [2]))
            .Mixed("a", "{}", (Weight, DType.F32, [2, 2]))
            .Mixed("b", "{}", (Weight, DType.F32, [2, 2]), (Bias, DType.F32, [2]));

        // linear takes no base, so that the donor gives the config and the first model the shape
        var (plan, found) = TryPlan("base_model: ./donor\n" + Linear("./a", "./b"), Models);

        Assert.Null(plan);
        var error = Assert.Single(found, diagnostic => diagnostic.Severity is Severity.Error);
        Assert.Contains($"'{setting}'", error.Detail, StringComparison.Ordinal);
        Assert.Equal(Codes.WeightsLost, error.Code);
    }

    [Theory]
    [InlineData("model.layers.0.self_attn.rotary_emb.inv_freq", DType.F32, 4)]
    [InlineData("embeddings.position_ids", DType.I64, 4)]
    [InlineData("bn1.num_batches_tracked", DType.I64, 1)]
    public void A_derived_buffer_is_kept_whichever_model_has_it(string buffer, DType dtype, long length)
    {
        Models
            .Mixed("a", "{}", (Weight, DType.F32, [2, 2]))
            .Mixed("b", "{}", (Weight, DType.F32, [2, 2]), (buffer, dtype, [length]));

        foreach (var (first, second) in new[] { ("./a", "./b"), ("./b", "./a") })
        {
            var (plan, found) = TryPlan(Linear(first, second), Models);
            Assert.Empty(found);
            Assert.Contains(plan!.Jobs, job => job.Name == buffer);
        }
    }

    [Fact]
    public void A_bias_whose_name_ends_like_a_mask_is_no_buffer()
    {
        Models
            .Mixed("a", "{}", ("h.0.attn.c_attn.weight", DType.F32, [2, 6]), ("h.0.attn.c_attn.bias", DType.F32, [6]), ("h.0.attn.bias", DType.F32, [1, 1, 2, 2]))
            .Mixed("b", "{}", ("h.0.attn.c_attn.weight", DType.F32, [2, 6]));

        var refused = Refused(Linear("./a", "./b"));

        Assert.Equal("./b lacks a tensor that ./a has: 'h.0.attn.c_attn.bias'. Use a copy of ./b that holds all of its weights, or models of one architecture.", refused.Detail);
    }

    [Fact]
    public void Moving_averages_that_one_model_has_do_not_stop_the_merge_in_either_order()
    {
        Models
            .Mixed("a", null, ("net.in.weight", DType.F32, [2, 2]))
            .Mixed("b", null, ("net.in.weight", DType.F32, [2, 2]), ("model_ema.netinweight", DType.F32, [2, 2]), ("model_ema.decay", DType.F32, []));

        foreach (var (first, second) in new[] { ("./a", "./b"), ("./b", "./a") })
        {
            var (plan, found) = TryPlan(Linear(first, second), Models);
            Assert.Equal("net.in.weight", Assert.Single(plan!.Jobs).Name);
            Assert.Contains("'model_ema.decay', 'model_ema.netinweight'", Assert.Single(found).Detail, StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData(true, false, 0)] // a head that differs in its last byte alone was trained apart
    [InlineData(false, true, 2)] // equal ones are one tensor; the merge proves it for both
    public void A_stored_head_is_merged_when_it_differs_from_the_embedding_whatever_the_config_says(bool differs, bool tied, int expected)
    {
        Models.Llama("a", layers: 1, tied: true).Llama("b", layers: 1, tied: true);
        if (differs)
        {
            Models.Poke("b", "lm_head.weight", (8 * 4 * 4) - 1, 0x3f);
        }

        var (plan, found) = TryPlan(Linear("./a", "./b"), Models);

        Assert.Equal(differs, plan!.Jobs.Any(job => job.Name == "lm_head.weight"));
        Assert.Equal(tied, (bool)JsonNode.Parse(plan.Config!)!["tie_word_embeddings"]!);
        Assert.Equal(expected, plan.Expected.Count(pair => pair.IsLeftOut));
        Assert.Equal(differs ? [Codes.HeadUntied] : [], found.Select(diagnostic => diagnostic.Code));
    }

    [Theory]
    [InlineData("./a", "./b")]
    [InlineData("./b", "./a")]
    public void A_head_that_one_untied_model_lacks_is_refused_in_either_order(string first, string second)
    {
        Models.Llama("a", layers: 1, tied: false).Llama("b", layers: 1, head: false, tied: false);

        var refused = Refused(Linear(first, second));

        Assert.StartsWith("./b lacks a tensor that ./a has: 'lm_head.weight'", refused.Detail, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("gemma2", true)] // ties where the config does not say
    [InlineData("llama", false)] // does not
    public void A_head_that_was_trained_apart_survives_a_class_that_ties_by_default(string type, bool isSaid)
    {
        var config = $$"""{"architectures": ["X"], "model_type": "{{type}}"}""";
        (string, DType, long[])[] tensors = [("model.embed_tokens.weight", DType.F32, [4, 2]), ("lm_head.weight", DType.F32, [4, 2])];
        Models.Mixed("a", config, tensors).Mixed("b", config, tensors).Poke("b", "lm_head.weight", 5, 0x3f);

        var (plan, found) = TryPlan(Linear("./a", "./b"), Models);

        Assert.Contains(plan!.Jobs, job => job.Name == "lm_head.weight");
        Assert.Equal(isSaid ? false : null, (bool?)JsonNode.Parse(plan.Config!)!["tie_word_embeddings"]);
        Assert.Equal(isSaid ? [Codes.HeadUntied] : [], found.Select(diagnostic => diagnostic.Code));
    }

    private static IEnumerable<(string, DType, long[])> Layers(int count, params string[] endings) =>
        from layer in Enumerable.Range(0, count)
        from ending in endings
        select ($"model.layers.{layer}.self_attn.q_proj{ending}", DType.F32, new long[] { 2 });

    private static string Linear(string first, string second) => $$"""
        merge_method: linear
        models:
          - model: {{first}}
            parameters: { weight: 0.5 }
          - model: {{second}}
            parameters: { weight: 0.5 }
        """;
}
