using System.Text.Json.Nodes;
using MergeOps.Diagnostics;
using MergeOps.Planning;
using Xunit;

namespace MergeOps.Tests.Planning;

/// <summary>Which tensors the output has, and which inputs it takes them from.</summary>
public sealed class SlotBuilderTests : PlanningTests
{
    [Fact]
    public void A_frankenmerge_renumbers_its_layers_and_takes_the_ends_from_the_outer_slices()
    {
        Models.Llama("a", layers: 3).Llama("b", layers: 3);
        var plan = Plan("""
            merge_method: passthrough
            slices:
              - sources:
                  - model: ./a
                    layer_range: [0, 2]
              - sources:
                  - model: ./b
                    layer_range: [1, 3]
            """);
        Assert.Equal("model.layers.1.mlp.up_proj.weight", Input(plan, "model.layers.2.mlp.up_proj.weight").Source.Name);
        Assert.Equal(["./a", "./a", "./b", "./b"], Enumerable.Range(0, 4).Select(layer => ModelOf(plan, $"model.layers.{layer}.mlp.up_proj.weight")));
        Assert.Equal("./a", ModelOf(plan, "model.embed_tokens.weight"));
        Assert.Equal("./b", ModelOf(plan, "model.norm.weight"));
        Assert.Equal("./b", ModelOf(plan, "lm_head.weight"));
        Assert.Equal(4, (int)JsonNode.Parse(plan.Config!)!["num_hidden_layers"]!);
        Assert.All(plan.Jobs, job => Assert.Equal(JobKind.Copy, job.Kind));
        Assert.Equal(7, plan.Dropped.Length);
    }

    [Fact]
    public void A_base_that_is_not_listed_joins_slices_too()
    {
        Models.Llama("base", layers: 3).Llama("a", layers: 3);
        var plan = Plan("""
            merge_method: task_arithmetic
            base_model: ./base
            slices:
              - sources:
                  - model: ./a
                    layer_range: [1, 3]
                    parameters: { weight: 0.5 }
            """);
        var job = Job(plan, "model.layers.0.self_attn.q_proj.weight");
        Assert.Equal("model.layers.1.self_attn.q_proj.weight", job.Base!.Source.Name);
        Assert.Single(job.Inputs);
    }

    [Fact]
    public void Every_input_tensor_is_read_or_dropped_with_a_reason()
    {
        Models.Llama("a", layers: 2).Llama("b", layers: 2, head: false, tied: true);
        var plan = Plan("""
            merge_method: linear
            models:
              - model: ./b
                parameters: { weight: 1 }
              - model: ./a
                parameters: { weight: 1 }
            """);
        var accounted = plan.Jobs.SelectMany(job => job.Inputs).Select(input => (input.Model, input.Source.Name))
            .Concat(plan.Dropped.Select(dropped => (dropped.Model, dropped.Name)))
            .Distinct();
        Assert.Equal(plan.Models.Sum(model => model.Checkpoint.Tensors.Count), accounted.Count());
    }

    [Fact]
    public void Numbers_that_count_no_layers_cost_nothing_and_stay_in_their_names()
    {
        string[] names = [.. Enumerable.Range(10_000, 20_000).Select(stack => $"s{stack}.99999.x"), "s.007.x", "s.4000000000.x"];
        Models.Model("a", names.ToDictionary(name => name, _ => new long[] { 1 }));
        var plan = Plan("""
            merge_method: passthrough
            models:
              - model: ./a
            """);

        Assert.Equal(names.Order(StringComparer.Ordinal), plan.Jobs.Select(job => job.Name));
    }

    [Fact]
    public void A_tensor_of_a_layer_that_the_first_model_lacks_is_dropped_for_that_reason()
    {
        Models
            .Model("a", new Dictionary<string, long[]> { ["model.layers.0.up.weight"] = [2] })
            .Model("b", new Dictionary<string, long[]> { ["model.layers.0.up.bias"] = [2], ["model.layers.0.up.weight"] = [2] });
        var plan = Plan("""
            merge_method: linear
            models:
              - model: ./a
                parameters: { weight: 1 }
              - model: ./b
                parameters: { weight: 1 }
            """);

        Assert.Equal([new DroppedTensor(1, "model.layers.0.up.bias", "./a has no such tensor") { IsLost = true }], plan.Dropped);
    }

    [Fact]
    public void Models_of_different_depth_are_refused_with_both_depths()
    {
        Models.Llama("a", layers: 2).Llama("b", layers: 3);
        var refused = Refused("""
            merge_method: linear
            models:
              - model: ./a
                parameters: { weight: 1 }
              - model: ./b
                parameters: { weight: 1 }
            """);
        Assert.Equal(Codes.DepthsDiffer, refused.Code);
        Assert.Contains("2 layers in ./a, 3 layers in ./b", refused.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public void A_range_beyond_the_model_points_at_the_range()
    {
        Models.Llama("a", layers: 2);
        var refused = Refused("""
            merge_method: passthrough
            slices:
              - sources:
                  - model: ./a
                    layer_range: [0, 3]
            """);
        Assert.Equal(Codes.RangeBeyondDepth, refused.Code);
        Assert.Equal(5, refused.Span!.Value.Line);
    }
}
