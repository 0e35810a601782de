using MergeOps.Diagnostics;
using MergeOps.Planning;
using MergeOps.Tensors;
using Xunit;

namespace MergeOps.Tests.Planning;

/// <summary>Mixtures whose experts lie one by one or together are one model.</summary>
public sealed class ExpertSourcesTests : PlanningTests
{
    private const long Hidden = 8;
    private const long Inner = 6;
    private const string Qwen = """{"model_type": "qwen3_moe"}""";

    private const string Merge = """
        merge_method: linear
        models:
          - model: ./a
            parameters: { weight: 0.5 }
          - model: ./b
            parameters: { weight: 0.5 }

        """;

    private const string OneExpert = """
        merge_method: linear
        models:
          - model: ./a
            parameters: { weight: 0.5 }
          - model: ./b
            parameters:
              weight:
                - { filter: experts.1., value: 0.75 }
                - value: 0.5

        """;

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Experts_that_lie_together_are_read_one_by_one_where_the_first_model_has_them_so(bool isTransposed)
    {
        Separate("a", "mlp", "gate_proj", "up_proj", "down_proj");
        Fused("b", isTransposed);
        var slice = isTransposed
            ? "slice(transpose(slice(model.layers.1.mlp.experts.gate_up_proj, axis 2, 6 to 11), [0, 2, 1]), axis 0, 1 to 1)"
            : "slice(reshape(model.layers.1.mlp.experts.gate_up_proj, [6, 6, 8]), axis 0, 3 to 3)";

        var plan = Plan(Merge);

        Assert.Equal(plan.Models[0].Checkpoint.Tensors.Keys, Names(plan));
        Assert.Equal($"reshape({slice}, [6, 8])", Second(plan, "model.layers.1.mlp.experts.1.up_proj.weight"));
        Assert.Equal([Inner, Hidden], Job(plan, "model.layers.1.mlp.experts.1.up_proj.weight").Shape);
        Assert.Equal([Hidden, Inner], Job(plan, "model.layers.1.mlp.experts.2.down_proj.weight").Shape);
        Assert.Empty(plan.Dropped);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Experts_that_lie_one_by_one_are_read_together_where_the_first_model_has_them_so(bool isTransposed)
    {
        Fused("a", isTransposed);
        Separate("b", "mlp", "gate_proj", "up_proj", "down_proj");

        var plan = Plan(Merge);

        Assert.Equal(["model.embed_tokens.weight", "model.layers.0.mlp.experts.down_proj", "model.layers.0.mlp.experts.gate_up_proj", "model.layers.0.mlp.gate.weight"], Names(plan).Take(4));
        Assert.Equal(isTransposed ? [3, Hidden, 2 * Inner] : [3, 2 * Inner, Hidden], Job(plan, "model.layers.0.mlp.experts.gate_up_proj").Shape);
        Assert.Equal(isTransposed ? [3, Inner, Hidden] : [3, Hidden, Inner], Job(plan, "model.layers.0.mlp.experts.down_proj").Shape);
        Assert.Equal(
            ["0.gate", "0.up", "1.gate", "1.up", "2.gate", "2.up"],
            Job(plan, "model.layers.0.mlp.experts.gate_up_proj").Inputs[1].Source.Reads.Select(stored => stored.Name["model.layers.0.mlp.experts.".Length..^"_proj.weight".Length]));
        Assert.Empty(plan.Dropped);
    }

    [Fact]
    public void Matrices_that_multiply_from_the_other_side_are_turned()
    {
        Fused("a", isTransposed: false);
        Fused("b", isTransposed: true);

        Assert.Equal("transpose(model.layers.0.mlp.experts.down_proj, [0, 2, 1])", Second(Plan(Merge), "model.layers.0.mlp.experts.down_proj"));
    }

    [Fact]
    public void The_older_names_of_Mixtral_and_the_newer_ones_are_one_model()
    {
        Separate("a", "block_sparse_moe", "w1", "w3", "w2", """{"model_type": "mixtral"}""");
        Fused("b", isTransposed: false, """{"model_type": "mixtral"}""");

        var plan = Plan(Merge);

        Assert.Equal("model.layers.0.mlp.gate.weight", Second(plan, "model.layers.0.block_sparse_moe.gate.weight"));
        Assert.Equal("reshape(slice(reshape(model.layers.0.mlp.experts.gate_up_proj, [6, 6, 8]), axis 0, 1 to 1), [6, 8])", Second(plan, "model.layers.0.block_sparse_moe.experts.0.w3.weight"));
        Assert.Empty(plan.Dropped);
    }

    [Fact]
    public void A_filter_for_one_expert_lets_the_output_store_each_by_itself()
    {
        Fused("a", isTransposed: false);
        Fused("b", isTransposed: true);

        var (plan, found) = TryPlan(OneExpert, Models);

        Assert.Equal(0.75, Number(Job(plan!, "model.layers.0.mlp.experts.1.gate_proj.weight").Inputs[1].Parameters, "weight"));
        Assert.Equal(0.5, Number(Job(plan!, "model.layers.0.mlp.experts.2.gate_proj.weight").Inputs[1].Parameters, "weight"));
        Assert.Equal(8, Assert.Single(found, note => note.Code == Codes.ExpertsRearranged).Span?.Line);
        Assert.DoesNotContain(found, finding => finding.Code == Codes.FilterWithoutTensor);
    }

    [Fact]
    public void A_filter_for_one_expert_of_a_family_that_loads_them_together_alone_is_said_to_reach_none()
    {
        Fused("a", isTransposed: true, """{"model_type": "llama4_text"}""");
        Fused("b", isTransposed: true, """{"model_type": "llama4_text"}""");

        var (plan, found) = TryPlan(OneExpert, Models);

        Assert.Contains("model.layers.0.mlp.experts.gate_up_proj", Names(plan!));
        Assert.Contains(
            "The experts of a layer are stored together in 'model.layers.N.mlp.experts.gate_up_proj'",
            Assert.Single(found, finding => finding.Code == Codes.FilterWithoutTensor).Detail, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("gate_proj", 0.75, 0.5, 0.5)]
    [InlineData("up_proj", 0.5, 0.75, 0.5)]
    [InlineData("experts.2.up_proj.weight", 0.5, 0.75, 0.5)]
    [InlineData("down_proj.weight", 0.5, 0.5, 0.75)]
    public void A_filter_for_one_projection_reaches_it_alone_though_models_store_two_together(string filter, double gate, double up, double down)
    {
        Fused("a", isTransposed: false);
        Fused("b", isTransposed: true);

        var (plan, found) = TryPlan(OneExpert.Replace("experts.1.", filter, StringComparison.Ordinal), Models);

        Assert.Equal(
            [gate, up, down],
            new[] { "gate_proj", "up_proj", "down_proj" }.Select(name => Number(Job(plan!, $"model.layers.1.mlp.experts.2.{name}.weight").Inputs[1].Parameters, "weight")));
        Assert.Contains("selects single experts or projections", Assert.Single(found, note => note.Code == Codes.ExpertsRearranged).Detail, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("mlp.")]
    [InlineData("experts.down_proj")]
    [InlineData("gate_up_proj")]
    public void A_filter_that_tells_no_projections_apart_leaves_them_together(string filter)
    {
        Fused("a", isTransposed: false);
        Fused("b", isTransposed: false);

        var (plan, found) = TryPlan(OneExpert.Replace("experts.1.", filter, StringComparison.Ordinal), Models);

        Assert.Contains("model.layers.0.mlp.experts.gate_up_proj", Names(plan!));
        Assert.Empty(found);
    }

    [Theory]
    [InlineData("up_proj", "MOPS430", "so 'up_proj' takes both")]
    [InlineData("gate_proj", "MOPS411", "so 'gate_proj' takes neither")]
    public void A_filter_for_one_projection_of_a_family_that_loads_them_together_alone_is_told(string filter, string code, string words)
    {
        foreach (var model in new[] { "a", "b" })
        {
            Write(model, """{"model_type": "llama4_text"}""", layer =>
            [
                ($"model.layers.{layer}.feed_forward.experts.gate_up_proj", [3, Hidden, 2 * Inner]), ($"model.layers.{layer}.feed_forward.experts.down_proj", [3, Inner, Hidden]),
                ($"model.layers.{layer}.feed_forward.shared_expert.gate_proj.weight", [Inner, Hidden]), ($"model.layers.{layer}.feed_forward.shared_expert.up_proj.weight", [Inner, Hidden]),
            ]);
        }

        var (plan, found) = TryPlan(OneExpert.Replace("experts.1.", filter, StringComparison.Ordinal), Models);

        Assert.NotNull(plan);
        var warning = Assert.Single(found);
        Assert.Equal((code, Severity.Warning), (warning.Code.Id, warning.Severity));
        Assert.Contains(words, warning.Detail, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("mixtral", "up_proj", "'w1' or 'w3' takes one of them")]
    [InlineData("qwen3_moe", "mlp.experts.gate", "'gate_proj' or 'up_proj' takes one of them")]
    public void A_filter_that_means_one_projection_is_told_what_takes_it(string family, string filter, string words)
    {
        Fused("a", isTransposed: false, $$"""{"model_type": "{{family}}"}""");
        Fused("b", isTransposed: false, $$"""{"model_type": "{{family}}"}""");

        var (plan, found) = TryPlan(OneExpert.Replace("experts.1.", filter, StringComparison.Ordinal), Models);

        Assert.Contains("model.layers.0.mlp.experts.gate_up_proj", Names(plan!));
        Assert.Contains(words, Assert.Single(found).Detail, StringComparison.Ordinal);
    }

    /// <summary>Mixtral's w1 is the gate projection, w2 down and w3 up: modeling_mixtral.py computes w2(act(w1(x)) * w3(x)).</summary>
    [Theory]
    [InlineData("gate_proj", "w1")]
    [InlineData("up_proj", "w3")]
    [InlineData("down_proj", "w2")]
    [InlineData("mlp.up_proj", "w3")]
    [InlineData("up_proj.weight", "w3.weight")]
    [InlineData("W_pack", null)]
    public void A_projection_under_the_name_of_another_family_is_told_its_own(string filter, string? meant)
    {
        Separate("a", "block_sparse_moe", "w1", "w3", "w2", """{"model_type": "mixtral"}""");
        Separate("b", "block_sparse_moe", "w1", "w3", "w2", """{"model_type": "mixtral"}""");

        var (_, found) = TryPlan(OneExpert.Replace("experts.1.", filter, StringComparison.Ordinal), Models);

        Assert.Equal(
            $"No tensor's name contains '{filter}'.{(meant is null ? "" : $" Did you mean '{meant}'?")}",
            Assert.Single(found, finding => finding.Code == Codes.FilterWithoutTensor).Detail);
    }

    [Theory]
    [InlineData("qwen3_moe", "gate_proj", "gate_up_proj", "'model.layers.N.mlp.experts.N.gate_proj.weight' (6), 'model.layers.N.mlp.experts.N.up_proj.weight' (6)")]
    [InlineData("mixtral", "w1", "mlp.gate.weight", "'model.layers.N.block_sparse_moe.gate.weight' (2)")]
    [InlineData("mixtral", "experts.1.", "down_proj", "'model.layers.N.block_sparse_moe.experts.N.w2.weight' (6)")]
    public void A_filter_for_names_that_another_filter_takes_apart_is_told_the_new_ones(string family, string apart, string filter, string names)
    {
        Fused("a", isTransposed: false, $$"""{"model_type": "{{family}}"}""");
        Fused("b", isTransposed: false, $$"""{"model_type": "{{family}}"}""");
        var recipe = OneExpert.Replace("experts.1.", apart, StringComparison.Ordinal)
            .Replace("        - value: 0.5", $"        - {{ filter: {filter}, value: 0.25 }}\n        - value: 0.5", StringComparison.Ordinal);

        var (_, found) = TryPlan(recipe, Models);

        var warning = Assert.Single(found, finding => finding.Code == Codes.FilterWithoutTensor).Detail;
        Assert.Contains($"'{filter}' is part of names as a model stores its experts; the output calls these tensors {names}. Write a part of these names.", warning, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Experts_of_another_layout_that_a_recipe_gives_no_weight_are_not_lost(bool isFused)
    {
        if (isFused)
        {
            Fused("a", isTransposed: false);
            Separate("b", "mlp", "gate_proj", "up_proj", "down_proj");
        }
        else
        {
            Separate("a", "mlp", "gate_proj", "up_proj", "down_proj");
            Fused("b", isTransposed: true);
        }

        var (plan, found) = TryPlan("""
            merge_method: linear
            models:
              - model: ./a
                parameters: { weight: 1 }
              - model: ./b
                parameters:
                  weight:
                    - { filter: .experts., value: 0 }
                    - value: 0.5
            """, Models);

        Assert.DoesNotContain(found, finding => finding.Code == Codes.WeightsLost);
        Assert.Contains(plan!.Dropped, dropped => dropped is { Model: 1, IsLost: false, Reason: "the output takes it from another model" });
    }

    [Fact]
    public void Interleaved_experts_with_biases_are_not_taken_apart()
    {
        Separate("a", "mlp", "gate_proj", "up_proj", "down_proj");
        Fused("b", isTransposed: true, Qwen, "gate_up_proj_bias");

        Assert.Contains("stores its experts fused in one tensor", Refused(Merge).Detail, StringComparison.Ordinal);
    }

    [Fact]
    public void Experts_that_are_not_all_there_are_missing_and_not_fused()
    {
        Fused("a", isTransposed: false);
        Separate("b", "mlp", "gate_proj", "up_proj", "down_proj", Qwen, experts: 2);

        Assert.Equal(Codes.ShapesDiffer, Refused(Merge).Code);
    }

    private static IEnumerable<string> Names(MergePlan plan) => plan.Jobs.Select(job => job.Name);

    private static string Second(MergePlan plan, string name) => Job(plan, name).Inputs[1].Source.ToString();

    private void Separate(string model, string block, string gate, string up, string down, string config = Qwen, int experts = 3) => Write(
        model, config, layer => Enumerable.Range(0, experts)
            .SelectMany(expert => new[] { (gate, new[] { Inner, Hidden }), (up, [Inner, Hidden]), (down, [Hidden, Inner]) }
                .Select(part => ($"model.layers.{layer}.{block}.experts.{expert}.{part.Item1}.weight", part.Item2)))
            .Append(($"model.layers.{layer}.{block}.gate.weight", [experts, Hidden])));

    private void Fused(string model, bool isTransposed, string config = Qwen, params string[] more) => Write(
        model, config, layer =>
        [
            ($"model.layers.{layer}.mlp.experts.gate_up_proj", isTransposed ? [3, Hidden, 2 * Inner] : [3, 2 * Inner, Hidden]),
            ($"model.layers.{layer}.mlp.experts.down_proj", isTransposed ? [3, Inner, Hidden] : [3, Hidden, Inner]),
            ($"model.layers.{layer}.mlp.gate.weight", [3, Hidden]),
            .. more.Select(name => ($"model.layers.{layer}.mlp.experts.{name}", new long[] { 3, 2 * Inner })),
        ]);

    private void Write(string model, string config, Func<int, IEnumerable<(string Name, long[] Shape)>> layer) => Models.Mixed(
        model, config, [("model.embed_tokens.weight", DType.F32, [16, Hidden]), .. new[] { 0, 1 }.SelectMany(layer).Select(tensor => (tensor.Name, DType.F32, tensor.Shape))]);
}
