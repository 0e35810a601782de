using System.Text.Json.Nodes;
using MergeOps.Diagnostics;
using Xunit;

namespace MergeOps.Tests.Planning;

/// <summary>Plans of whole recipes.</summary>
public sealed class PlannerTests : PlanningTests
{
    [Fact]
    public void A_merge_of_whole_models_has_one_job_for_each_tensor()
    {
        Models.Llama("a", layers: 2).Llama("b", layers: 2);
        var plan = Plan("""
            merge_method: linear
            models:
              - model: ./a
                parameters: { weight: 0.25 }
              - model: ./b
                parameters: { weight: 0.75 }
            """);
        Assert.Equal(7, plan.Jobs.Length);
        Assert.Empty(plan.Dropped);
        var job = Job(plan, "model.layers.1.mlp.up_proj.weight");
        Assert.Equal([0.25, 0.75], job.Inputs.Select(input => Number(input.Parameters, "weight")));
    }

    [Fact]
    public void A_gradient_runs_over_the_layers_and_gives_its_first_value_to_the_rest()
    {
        Models.Llama("a", layers: 5).Llama("b", layers: 5);
        var plan = Plan("""
            merge_method: slerp
            base_model: ./a
            models:
              - model: ./a
              - model: ./b
            parameters:
              t: [0.1, 0.5, 0.9]
            """);
        Assert.Equal(
            [0.1, 0.3, 0.5, 0.7, 0.9],
            Enumerable.Range(0, 5).Select(layer => Math.Round(Number(Job(plan, $"model.layers.{layer}.mlp.up_proj.weight").Parameters, "t"), 12)));
        Assert.Equal(0.1, Number(Job(plan, "lm_head.weight").Parameters, "t"));
        Assert.Equal(0.1, Number(Job(plan, "model.norm.weight").Parameters, "t"));
    }

    [Fact]
    public void Embeddings_of_different_sizes_share_their_common_rows()
    {
        Models.Llama("a", layers: 1, vocabulary: 8).Llama("b", layers: 1, vocabulary: 6);
        var plan = Plan("""
            merge_method: linear
            models:
              - model: ./a
                parameters: { weight: 1 }
              - model: ./b
                parameters: { weight: 1 }
            """);
        Assert.Equal([6, 4], Job(plan, "model.embed_tokens.weight").Shape);
        Assert.Contains("rows 0 to 5 of 8 in ./a", Job(plan, "model.embed_tokens.weight").Reason, StringComparison.Ordinal);
        Assert.Equal(6, (int)JsonNode.Parse(plan.Config!)!["vocab_size"]!);
    }

    // rows that the base lacks are cut; where the base has more, a task vector has nothing to be measured from
    [Theory]
    [InlineData("task_arithmetic", 6, 8, 6)]
    [InlineData("task_arithmetic", 8, 6, null)]
    [InlineData("ties", 8, 6, null)]
    [InlineData("dare_linear", 8, 7, null)]
    [InlineData("model_stock", 8, 6, 6)]
    [InlineData("model_stock", 6, 8, 6)]
    [InlineData("sce", 6, 8, null)]
    public void Rows_are_cut_to_the_base_or_to_what_all_have_or_not_at_all(string method, int rowsOfBase, int rows, int? result)
    {
        Models.Llama("base", layers: 1, vocabulary: rowsOfBase).Llama("a", layers: 1, vocabulary: rows).Llama("b", layers: 1, vocabulary: rows);
        var parameters = method is "model_stock" or "sce" ? "" : "\n    parameters: { weight: 1 }";
        var recipe = $"merge_method: {method}\nbase_model: ./base\nmodels:\n  - model: ./a{parameters}\n  - model: ./b{parameters}\n";

        var (plan, diagnostics) = TryPlan(recipe, Models);

        Assert.Equal(result, plan?.Jobs.Single(job => job.Name == "model.embed_tokens.weight").Shape[0]);
        Assert.Equal(result is null, diagnostics.Any(diagnostic => diagnostic.Code == Codes.ShapesDiffer));
    }

    [Theory]
    [InlineData("linear", "weight")]
    [InlineData("task_arithmetic", "weight")]
    [InlineData("ties", "weight")]
    [InlineData("nuslerp", "weight")]
    public void A_required_parameter_that_no_level_gives_a_tensor_is_an_error(string method, string parameter)
    {
        Models.Llama("base", layers: 1).Llama("a", layers: 1).Llama("b", layers: 1);
        var origin = method is "task_arithmetic" or "ties" ? "base_model: ./base\n" : "";

        var refusal = Refused($$"""
            merge_method: {{method}}
            {{origin}}models:
              - model: ./a
                parameters: { {{parameter}}: 1 }
              - model: ./b
                parameters: { {{parameter}}: [{ filter: mlp, value: 1 }] }
            """);

        Assert.Equal(Codes.ParameterMissing, refusal.Code);
        Assert.Contains($"'{method}' needs '{parameter}' for './b'", refusal.Detail, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("slerp")]
    [InlineData("nearswap")]
    public void So_is_one_of_the_method(string method)
    {
        Models.Llama("base", layers: 1).Llama("a", layers: 1);

        var refusal = Refused($$"""
            merge_method: {{method}}
            base_model: ./base
            models: [{ model: ./a }]
            parameters: { t: [{ filter: mlp, value: 0.5 }] }
            """);

        Assert.Equal(Codes.ParameterMissing, refusal.Code);
        Assert.Contains($"'{method}' needs 't' (", refusal.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public void A_filter_that_chooses_no_tensor_is_told_at_its_place()
    {
        Models.Llama("a", layers: 2).Llama("b", layers: 2);

        var (plan, diagnostics) = TryPlan(
            """
            merge_method: linear
            models:
              - model: ./a
                parameters:
                  weight:
                    - filter: slef_attn
                      value: 0.25
                    - filter: layers.1.mlp
                      value: 0.5
                    - filter: "*"
                      value: 0.75
              - model: ./b
                parameters: { weight: 1 }
            """,
            Models);

        Assert.NotNull(plan);
        var warning = Assert.Single(diagnostics);
        Assert.Equal((Codes.FilterWithoutTensor, Severity.Warning, 6), (warning.Code, warning.Severity, warning.Span?.Line));
        Assert.Equal("No tensor's name contains 'slef_attn'. Did you mean 'self_attn'?", warning.Detail);
    }

    [Theory]
    [InlineData("layers.1", "'layers.1' is meant for number 1, but as part of a name it also matches 10 and 11. Write 'layers.1.' to match only 1.")]
    [InlineData("1.mlp", "'1.mlp' is meant for number 1, but as part of a name it also matches 11. Write '.1.mlp' to match only 1.")]
    public void A_filter_that_takes_longer_numbers_too_is_told_once(string filter, string detail)
    {
        Models.Llama("a", layers: 12).Llama("b", layers: 12);
        var weight = $"{{ weight: [{{filter: {filter}, value: 0.25}}, {{value: 1}}] }}";

        var (plan, diagnostics) = TryPlan(
            $"merge_method: linear\nmodels:\n  - model: ./a\n    parameters: {weight}\n  - model: ./b\n    parameters: {weight}\n", Models);

        Assert.NotNull(plan);
        var warning = Assert.Single(diagnostics);
        Assert.Equal((Codes.FilterTakesMore, 4), (warning.Code, warning.Span?.Line));
        Assert.Equal(detail + " It is on line 6 too.", warning.Detail);
    }

    [Theory]
    [InlineData("layers.1.", 12)]
    [InlineData(".1.mlp", 12)]
    [InlineData("layers.1", 10)]
    [InlineData("layers.11", 12)]
    public void A_filter_that_takes_one_number_is_silent(string filter, int layers)
    {
        Models.Llama("a", layers).Llama("b", layers);

        var (_, diagnostics) = TryPlan(
            $"merge_method: slerp\nbase_model: ./a\nmodels: [model: ./b]\nparameters:\n  t: [{{filter: {filter}, value: 1}}, {{value: 0}}]\n", Models);

        Assert.Empty(diagnostics);
    }

    [Fact]
    public void Layers_that_no_slice_takes_are_one_warning()
    {
        Models.Llama("a", layers: 8).Llama("b", layers: 6);

        var (plan, diagnostics) = TryPlan(
            """
            merge_method: passthrough
            slices:
              - sources: [{ model: ./a, layer_range: [0, 3] }]
              - sources: [{ model: ./b, layer_range: [2, 4] }]
            """,
            Models);

        Assert.NotNull(plan);
        var warning = Assert.Single(diagnostics);
        Assert.Equal((Codes.LayersUnused, 3), (warning.Code, warning.Span?.Line));
        Assert.Equal("No slice takes layers 4 to 7 of './a', nor layers 4 and 5 of './b'.", warning.Detail);
    }

    [Fact]
    public void Slices_that_take_every_layer_from_one_model_or_another_are_silent()
    {
        Models.Llama("a", layers: 4).Llama("b", layers: 4);

        var (_, diagnostics) = TryPlan(
            """
            merge_method: passthrough
            slices:
              - sources: [{ model: ./a, layer_range: [0, 3] }]
              - sources: [{ model: ./b, layer_range: [1, 4] }]
            """,
            Models);

        Assert.Empty(diagnostics);
    }

    [Fact]
    public void Weights_that_cancel_in_some_tensors_only_are_found_by_the_plan()
    {
        Models.Llama("a", layers: 2).Llama("b", layers: 2).Llama("c", layers: 2);

        var (plan, diagnostics) = TryPlan(
            """
            merge_method: ties
            base_model: ./a
            models:
              - model: ./b
                parameters: { weight: 1 }
              - model: ./c
                parameters:
                  weight:
                    - { filter: mlp, value: -0.99 }
                    - { value: 1 }
            """,
            Models);

        Assert.NotNull(plan);
        var warning = Assert.Single(diagnostics);
        Assert.Equal((Codes.TensorsDoubted, 1), (warning.Code, warning.Span?.Line));
        Assert.Contains("sum to 0.01, which multiplies an entry by 100", warning.Detail, StringComparison.Ordinal);
        Assert.EndsWith("This is the case in tensor 'model.layers.0.mlp.up_proj.weight' and 1 more.", warning.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public void Licenses_that_contradict_each_other_are_told_before_the_merge()
    {
        Models.Llama("a", layers: 1).Llama("b", layers: 1);
        Models.Recipe("---\nlicense: gpl-3.0\ntags: [small]\n---\n# A\n", "a/README.md");
        Models.Recipe("---\nlicense:\n- cc-by-nc-4.0\n---\n", "b/README.md");

        var (plan, diagnostics) = TryPlan(
            """
            merge_method: linear
            models:
              - model: ./a
                parameters: { weight: 1 }
              - model: ./b
                parameters: { weight: 1 }
            """,
            Models);

        Assert.NotNull(plan);
        var warning = Assert.Single(diagnostics);
        Assert.Equal((Codes.LicensesContradict, Severity.Warning, 1), (warning.Code, warning.Severity, warning.Span?.Line));
        Assert.Contains("'cc-by-nc-4.0' and 'gpl-3.0'", warning.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public void Tensors_that_may_hold_anything_are_named_by_parts_of_their_names()
    {
        Models.Llama("a", layers: 2).Llama("b", layers: 2);
        var plan = Plan("""
            merge_method: linear
            models:
              - model: ./a
                parameters: { weight: 0.25 }
              - model: ./b
                parameters: { weight: 0.75 }
            allow_non_finite: [mlp, norm]
            """);

        Assert.Equal(
            ["model.layers.0.mlp.up_proj.weight", "model.layers.1.mlp.up_proj.weight", "model.norm.weight"],
            plan.Jobs.Where(job => job.AllowsNonFinite).Select(job => job.Name));
    }

    [Fact]
    public void A_star_names_them_all()
    {
        Models.Llama("a", layers: 1).Llama("b", layers: 1);
        var plan = Plan("""
            merge_method: linear
            models:
              - model: ./a
                parameters: { weight: 0.25 }
              - model: ./b
                parameters: { weight: 0.75 }
            allow_non_finite: ["*"]
            """);

        Assert.All(plan.Jobs, job => Assert.True(job.AllowsNonFinite, job.Name));
    }
}
