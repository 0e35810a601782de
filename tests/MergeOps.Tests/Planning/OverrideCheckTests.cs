using System.Text.Json.Nodes;
using MergeOps.Diagnostics;
using MergeOps.Tensors;
using Xunit;

namespace MergeOps.Tests.Planning;

/// <summary>What a recipe says of its checkpoints where the rules cannot know it.</summary>
public sealed class OverrideCheckTests : PlanningTests
{
    private const string Merge = """
        merge_method: linear
        models:
          - model: ./a
            parameters: { weight: 0.5 }
          - model: ./b
            parameters: { weight: 0.5 }
        architecture_overrides:

        """;

    [Fact]
    public void A_table_that_is_said_to_be_an_embedding_may_have_fewer_rows_in_one_model()
    {
        Write("a", ("symbols.table", [8, 4]), ("out.w", [4]));
        Write("b", ("symbols.table", [6, 4]), ("out.w", [4]));

        Assert.Equal(Codes.ShapesDiffer, Refused(Merge.Replace("architecture_overrides:\n", "", StringComparison.Ordinal)).Code);
        Assert.Equal([6, 4], Job(Plan(Merge + "  tensors: [{ tensor: symbols.table, role: embedding }]"), "symbols.table").Shape);
    }

    [Fact]
    public void A_head_that_is_said_to_be_one_is_left_out_where_every_model_ties_it()
    {
        foreach (var model in new[] { "a", "b" })
        {
            Models.Mixed(model, """{"architectures": ["OwnForCausalLM"], "tie_word_embeddings": true}""", ("model.embed_tokens.weight", DType.F32, [8, 4]), ("readout.matrix", DType.F32, [8, 4]));
        }

        var plan = Plan(Merge + "  tensors: [{ tensor: readout.matrix, role: head }]");

        Assert.Equal(["model.embed_tokens.weight"], plan.Jobs.Select(job => job.Name));
        Assert.Equal([(0, "readout.matrix", "model.embed_tokens.weight"), (1, "readout.matrix", "model.embed_tokens.weight")], plan.Expected.Select(equal => (equal.First.Model, equal.First.Name, equal.Second.Name)));
    }

    [Fact]
    public void A_head_that_is_said_to_be_a_weight_is_merged_although_the_models_tie_their_heads()
    {
        Models.Llama("a", layers: 1, tied: true).Llama("b", layers: 1, tied: true);

        var plan = Plan(Merge + "  tensors: [{ tensor: lm_head.weight, role: weight }]");

        Assert.Equal(2, Job(plan, "lm_head.weight").Inputs.Length);
    }

    [Fact]
    public void A_buffer_that_only_one_model_stores_is_no_missing_weight()
    {
        Write("a", ("blocks.0.w", [4]), ("blocks.0.seen", [1]), ("blocks.1.w", [4]), ("blocks.1.seen", [1]));
        Write("b", ("blocks.0.w", [4]), ("blocks.1.w", [4]));

        Assert.Equal(Codes.TensorMissing, Refused(Merge.Replace("architecture_overrides:\n", "", StringComparison.Ordinal)).Code);
        Assert.Single(Job(Plan(Merge + "  tensors: [{ tensor: blocks.N.seen, role: buffer }]"), "blocks.1.seen").Inputs);
    }

    [Fact]
    public void A_copy_is_left_out_and_what_it_repeats_is_proved_by_the_merge()
    {
        Write("a", ("one.w", [4]), ("two.w", [4]));
        Write("b", ("one.w", [4]), ("two.w", [4]));

        var plan = Plan(Merge + "  tensors: [{ tensor: two.w, copy_of: one.w }]");

        Assert.Equal(["one.w"], plan.Jobs.Select(job => job.Name));
        Assert.Equal(["two.w", "two.w"], plan.Expected.Select(equal => equal.First.Name));
    }

    [Fact]
    public void Layers_are_counted_where_the_recipe_says_and_all_else_lies_outside()
    {
        string[] names = ["tower.0.norm.w", "text.blocks.0.w", "text.blocks.1.w", "text.blocks.2.w", "embed.w"];
        Write("a", [.. names.Select(name => (name, new long[] { 4 }))]);
        const string Slices = """
            merge_method: passthrough
            slices:
              - sources: [{ model: ./a, layer_range: [0, 1] }]
              - sources: [{ model: ./a, layer_range: [2, 3] }]

            """;

        Assert.Equal(Codes.NotImplemented, Refused(Slices).Code);
        Assert.Equal(
            ["embed.w", "text.blocks.0.w", "text.blocks.1.w", "tower.0.norm.w"],
            Plan(Slices + "architecture_overrides: { layers: [text.blocks] }").Jobs.Select(job => job.Name));
    }

    [Fact]
    public void A_place_decides_which_slice_gives_a_tensor_outside_the_layers()
    {
        Models.Llama("a", layers: 2).Llama("b", layers: 2);

        var plan = Plan("""
            merge_method: passthrough
            slices:
              - sources: [{ model: ./a, layer_range: [0, 1] }]
              - sources: [{ model: ./b, layer_range: [1, 2] }]
            architecture_overrides:
              tensors: [{ tensor: model.norm.weight, place: before_layers }]
            """);

        Assert.Equal(("./a", "./b"), (ModelOf(plan, "model.norm.weight"), ModelOf(plan, "lm_head.weight")));
    }

    [Fact]
    public void What_is_said_to_be_the_embedding_comes_from_the_first_slice()
    {
        Models.Llama("a", layers: 2).Llama("b", layers: 2);

        var plan = Plan("""
            merge_method: passthrough
            slices:
              - sources: [{ model: ./a, layer_range: [0, 1] }]
              - sources: [{ model: ./b, layer_range: [1, 2] }]
            architecture_overrides:
              tensors: [{ tensor: lm_head.weight, role: embedding }]
            """);

        Assert.Equal("./a", ModelOf(plan, "lm_head.weight"));
    }

    [Fact]
    public void Names_that_the_recipe_maps_are_one_model_with_those_of_the_output()
    {
        Models.Llama("a", layers: 2);
        Models.Mixed("b", """{"tie_word_embeddings": false}""", [.. CheckpointReader.Open(Path.Combine(Models.Path, "a"), []).Tensors.Values.Select(tensor => (tensor.Name.StartsWith("model.", StringComparison.Ordinal) ? $"language_model.{tensor.Name}" : tensor.Name, DType.F32, tensor.Shape.ToArray()))]);

        var plan = Plan(Merge + "  names: [{ model: ./b, from: language_model.model, to: model }]");

        Assert.Equal(
            ["model.layers.1.mlp.up_proj.weight", "language_model.model.layers.1.mlp.up_proj.weight"],
            Job(plan, "model.layers.1.mlp.up_proj.weight").Inputs.Select(input => input.Source.Name));
        Assert.Empty(plan.Dropped);
        Assert.False((bool)JsonNode.Parse(plan.Config!)!["tie_word_embeddings"]!);
    }

    [Fact]
    public void Parts_that_the_output_stores_apart_are_taken_from_a_tensor_by_the_rows_that_they_have_there()
    {
        Write("a", ("h.0.q.bias", [4]), ("h.0.k.bias", [2]), ("h.0.v.bias", [2]));
        Write("b", ("h.0.qkv.bias", [8]));

        var plan = Plan(Merge + "  names: [{ model: ./b, from: h.N.qkv, to: [h.N.q, h.N.k, h.N.v] }]");

        Assert.Equal(
            ["slice(h.0.qkv.bias, axis 0, 0 to 3)", "slice(h.0.qkv.bias, axis 0, 4 to 5)", "slice(h.0.qkv.bias, axis 0, 6 to 7)"],
            new[] { "q", "k", "v" }.Select(part => Job(plan, $"h.0.{part}.bias").Inputs[1].Source.ToString()));
        Assert.Empty(plan.Dropped);
    }

    [Fact]
    public void Parts_whose_rows_do_not_add_up_are_refused_with_the_names()
    {
        Write("a", ("h.0.q.bias", [4]), ("h.0.k.bias", [2]));
        Write("b", ("h.0.qk.bias", [8]));

        var refused = Refused(Merge + "  names: [{ model: ./b, from: h.N.qk, to: [h.N.q, h.N.k] }]");

        Assert.Equal(Codes.OverrideContradicts, refused.Code);
        Assert.Contains("'h.0.qk.bias' of ./b is [8]", refused.Detail, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("gpt_neox", "query_key_value", "", true)]
    [InlineData("bloom", "query_key_value", "", true)]
    [InlineData("falcon", "query_key_value", "\"multi_query\": true", false)]
    [InlineData("falcon", "query_key_value", "\"multi_query\": true, \"new_decoder_architecture\": true", true)]
    [InlineData("chatglm", "query_key_value", "\"multi_query_attention\": true", false)]
    [InlineData("internlm2", "wqkv", "", true)]
    [InlineData("gpt2", "c_attn", "", true)]
    [InlineData("qwen", "c_attn", "", false)]
    [InlineData("mpt", "Wqkv", "", false)]
    public void Projections_whose_rows_alternate_by_heads_are_not_taken_apart_by_rows(string type, string fused, string settings, bool isRefused)
    {
        Write("a", ("h.0.q.weight", [4, 4]), ("h.0.k.weight", [4, 4]), ("h.0.v.weight", [4, 4]));
        Models.Mixed("b", $$"""{ "model_type": "{{type}}"{{(settings.Length > 0 ? ", " : "")}}{{settings}} }""", ($"h.0.{fused}.weight", DType.F32, [12, 4]));

        var (plan, found) = TryPlan(Merge + $"  names: [{{ model: ./b, from: h.N.{fused}, to: [h.N.q, h.N.k, h.N.v] }}]", Models);

        Assert.Equal(isRefused, plan is null);
        Assert.Equal(isRefused, found.Any(one => one.Code == Codes.OverrideContradicts && one.Detail.Contains("one after the other", StringComparison.Ordinal)));
    }

    [Theory]
    [InlineData("tensors: [{ tensor: model.layers.N.mlp.up_proj, role: weight }]", "Error MOPS446 8,23", "Did you mean 'model.layers.N.mlp.up_proj.weight'?")]
    [InlineData("layers: [model.layer]", "Error MOPS446 8,12", "'model.layer'")]
    [InlineData("names: [{ model: ./b, from: transformer, to: model }]", "Error MOPS446 8,31", "No tensor of ./b begins with 'transformer'")]
    [InlineData("tensors: [{ tensor: lm_head.weight, copy_of: shared.weight }]", "Error MOPS446 8,48", "'shared.weight'")]
    [InlineData("names: [{ model: ./a, from: model, to: m }]", "Error MOPS447 8,20", "gives the output its config and its names")]
    [InlineData("names: [{ model: ./b, from: lm_head, to: model.embed_tokens }]", "Error MOPS447 8,31", "would both be 'model.embed_tokens.weight'")]
    [InlineData("tensors: [{ tensor: model.norm.weight, role: embedding }]", "Error MOPS447 8,23", "'model.norm.weight' is [4] in ./a")]
    [InlineData("tensors: [{ tensor: model.layers.N.mlp.up_proj.weight, role: head }]", "Error MOPS447 8,23", "belongs to layer 0 of 'model.layers'")]
    [InlineData("tensors: [{ tensor: model.layers.0.mlp.up_proj.weight, place: before_layers }]", "Error MOPS447 8,23", "the slice with that layer gives it")]
    [InlineData("tensors: [{ tensor: lm_head.weight, role: head }, { tensor: lm_head.weight, role: weight }]", "Error MOPS447 8,63", "Line 8 says something else")]
    [InlineData("tensors: [{ tensor: lm_head.weight, copy_of: model.norm.weight }]", "Error MOPS447 8,23", "is not a copy")]
    public void A_statement_that_fits_nothing_or_contradicts_is_refused_at_its_place(string statement, string place, string said)
    {
        Models.Llama("a", layers: 2).Llama("b", layers: 2);

        var refused = Refused(Merge + "  " + statement);

        Assert.Equal(place, $"{refused.Severity} {refused.Code.Id} {refused.Span?.Line},{refused.Span?.Column}");
        Assert.Contains(said, refused.Detail, StringComparison.Ordinal);
    }

    private void Write(string model, params (string Name, long[] Shape)[] tensors) =>
        Models.Mixed(model, "{}", [.. tensors.Select(tensor => (tensor.Name, DType.F32, tensor.Shape))]);
}
