using System.Text.Json.Nodes;
using MergeOps.Architectures;
using MergeOps.Diagnostics;
using MergeOps.Planning;
using Xunit;

namespace MergeOps.Tests.Planning;

/// <summary>
/// Layers of multi-token prediction, which follow the layers of a decoder and are none of them: numbered on as in DeepSeek-V3 and
/// GLM-4.5, or by themselves as in Qwen3-Next.
/// </summary>
public sealed class AheadLayersTests : PlanningTests
{
    private static readonly string[] OfNumbered = ["model.layers.3.mlp.up_proj.weight", "model.layers.3.eh_proj.weight"];

    private const string Slices = """
        merge_method: passthrough
        slices:
          - sources: [{ model: ./a, layer_range: [0, 2] }]
          - sources: [{ model: ./b, layer_range: [1, 3] }]
        """;

    [Fact]
    public void A_gradient_ends_at_the_last_layer_of_the_decoder()
    {
        Numbered("a");
        Numbered("b");
        var plan = Plan("""
            merge_method: linear
            models:
              - { model: ./a, parameters: { weight: 1 } }
              - { model: ./b, parameters: { weight: [0.25, 0.75] } }
            """);

        // 3 layers, at 0, 1/2 and 1; what predicts ahead works on what the last one gives
        Assert.Equal([0.25, 0.5, 0.75, 0.75], Enumerable.Range(0, 4).Select(layer => Weight(plan, $"model.layers.{layer}.mlp.up_proj.weight")));
        Assert.Equal(0.75, Weight(plan, "model.layers.3.eh_proj.weight"));
        Assert.Equal(0.25, Weight(plan, "model.norm.weight"));
    }

    [Fact]
    public void Slices_put_them_behind_their_last_layer_and_take_them_from_their_last_model()
    {
        Numbered("a");
        Numbered("b");
        var plan = Plan(Slices);

        Assert.Equal(["./a", "./a", "./b", "./b", "./b"], Enumerable.Range(0, 5).Select(layer => ModelOf(plan, $"model.layers.{layer}.mlp.up_proj.weight")));
        Assert.Equal("model.layers.3.eh_proj.weight", Input(plan, "model.layers.4.eh_proj.weight").Source.Name);
        Assert.DoesNotContain(plan.Jobs, job => job.Name is "model.layers.3.eh_proj.weight" or "model.layers.5.mlp.up_proj.weight");
        var config = JsonNode.Parse(plan.Config!)!;
        Assert.Equal((4, 1), ((int)config["num_hidden_layers"]!, (int)config["num_nextn_predict_layers"]!));
        // the layers 0 and 1 of one model, 1 and 2 of the other, and the one behind them
        Assert.Equal(["k0", "k1", "k1", "k2", "ahead"], config["layer_types"]!.AsArray().Select(kind => (string)kind!));
    }

    [Fact]
    public void A_range_that_reaches_into_them_is_refused()
    {
        Numbered("a");
        var refused = Refused("""
            merge_method: passthrough
            slices:
              - sources: [{ model: ./a, layer_range: [0, 4] }]
            """);

        Assert.Equal(Codes.RangeBeyondDepth, refused.Code);
        Assert.Contains("./a has 3 layers. The layers after them, which predict tokens further ahead, follow", refused.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public void No_slice_needs_to_take_them()
    {
        Numbered("a");
        var (plan, diagnostics) = TryPlan("""
            merge_method: passthrough
            slices:
              - sources: [{ model: ./a, layer_range: [0, 3] }]
            """, Models);

        Assert.NotNull(plan);
        Assert.DoesNotContain(diagnostics, diagnostic => diagnostic.Code == Codes.LayersUnused || diagnostic.Code == Codes.WeightsLost);
    }

    [Fact]
    public void A_stack_of_their_own_hinders_no_slices_and_keeps_its_names()
    {
        Apart("a");
        Apart("b");
        var plan = Plan(Slices);

        Assert.Equal(4, (int)JsonNode.Parse(plan.Config!)!["num_hidden_layers"]!);
        Assert.All(
            ["mtp.layers.0.mlp.up_proj.weight", "mtp.fc.weight", "mtp.pre_fc_norm_embedding.weight"],
            name => Assert.Equal(("./b", name), (ModelOf(plan, name), Input(plan, name).Source.Name)));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_tuned_model_that_was_saved_without_them_leaves_those_of_the_base(bool areNumbered)
    {
        _ = areNumbered ? Numbered("base") : Apart("base");
        Models.Llama("tuned", layers: 3);
        var plan = Plan("""
            merge_method: task_arithmetic
            base_model: ./base
            models:
              - { model: ./tuned, parameters: { weight: 0.5 } }
            """);

        var ahead = plan.Jobs.Where(job => job.Name.Contains("layers.3.", StringComparison.Ordinal) || job.Name.StartsWith("mtp.", StringComparison.Ordinal)).ToList();
        Assert.Equal(areNumbered ? 2 : 3, ahead.Count);
        Assert.All(ahead, job => Assert.Equal(JobKind.Copy, job.Kind));
        Assert.Equal(JobKind.Merge, Job(plan, "model.layers.2.mlp.up_proj.weight").Kind);
    }

    [Theory]
    [InlineData(true, "base_model: ./a", "./b 0.5, ./a 0.25")]
    [InlineData(false, "base_model: ./a", "./b 0.5, ./a 0.25")]
    [InlineData(true, "", "./a 0.25, ./b 0.5, ./a 0.25")]
    [InlineData(false, "", "./a 0.25, ./b 0.5, ./a 0.25")]
    public void A_model_without_them_counts_as_the_base_or_else_the_first_and_keeps_the_changes_of_others(bool areNumbered, string baseModel, string inputs)
    {
        _ = areNumbered ? Numbered("a") : Apart("a");
        _ = areNumbered ? Numbered("b") : Apart("b");
        Models.Llama("c", layers: 3);
        var hasBase = baseModel.Length > 0;
        var (plan, diagnostics) = TryPlan($$"""
            merge_method: {{(hasBase ? "task_arithmetic" : "linear")}}
            {{baseModel}}
            models:
              - { model: {{(hasBase ? "./b" : "./a")}}, parameters: { weight: {{(hasBase ? 0.5 : 0.25)}} } }
              - { model: {{(hasBase ? "./c" : "./b")}}, parameters: { weight: {{(hasBase ? 0.25 : 0.5)}} } }
              {{(hasBase ? "" : "- { model: ./c, parameters: { weight: 0.25 } }")}}
            """, Models);

        var job = Job(plan!, areNumbered ? "model.layers.3.eh_proj.weight" : "mtp.fc.weight");
        Assert.Equal(JobKind.Merge, job.Kind);
        Assert.Equal(inputs, string.Join(", ", job.Inputs.Select(input => FormattableString.Invariant($"{plan!.Models[input.Model].Reference} {Number(input.Parameters, "weight")}"))));
        Assert.Equal(hasBase, job.Base is { } origin && plan!.Models[origin.Model].Reference.ToString() == "./a");
        var warning = Assert.Single(diagnostics, diagnostic => diagnostic.Code == Codes.AheadLayersMissing);
        Assert.StartsWith("./c lacks", warning.Detail, StringComparison.Ordinal);
        Assert.Contains("It counts as ./a there.", warning.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public void A_gradient_gives_all_that_looks_ahead_the_value_of_the_last_layer()
    {
        Apart("a");
        Apart("b");
        var plan = Plan("""
            merge_method: linear
            models:
              - { model: ./a, parameters: { weight: 1 } }
              - { model: ./b, parameters: { weight: [0.25, 0.75] } }
            """);

        Assert.All(["mtp.layers.0.mlp.up_proj.weight", "mtp.fc.weight", "mtp.pre_fc_norm_embedding.weight"], name => Assert.Equal(0.75, Weight(plan, name)));
    }

    [Fact]
    public void What_a_base_without_them_leaves_out_is_said()
    {
        Models.Llama("base", layers: 3);
        var (plan, diagnostics) = TryPlan("""
            merge_method: task_arithmetic
            base_model: ./base
            models:
              - { model: ./a, parameters: { weight: 1 } }
            """, Numbered("a"));

        Assert.DoesNotContain(plan!.Jobs, job => job.Name.StartsWith("model.layers.3.", StringComparison.Ordinal));
        Assert.Contains("model.layers.3.", Assert.Single(diagnostics, diagnostic => diagnostic.Code == Codes.WeightsLost).Detail, StringComparison.Ordinal);
    }

    [Fact]
    public void A_config_counts_none_where_the_last_slice_has_none()
    {
        Numbered("a");
        Models.Llama("b", layers: 3);

        Assert.Equal(0, (int)JsonNode.Parse(Plan(Slices).Config!)!["num_nextn_predict_layers"]!);
    }

    [Fact]
    public void A_config_counts_those_of_the_last_slice()
    {
        With("a", ["model.layers.3.eh_proj.weight", "model.layers.4.eh_proj.weight"], "num_nextn_predict_layers", """["k0", "k1", "k2", "ahead", "further"]""", count: 2);
        Numbered("b");
        var config = JsonNode.Parse(Plan(Slices).Config!)!;

        Assert.Equal(1, (int)config["num_nextn_predict_layers"]!);
        Assert.Equal(["k0", "k1", "k1", "k2", "ahead"], config["layer_types"]!.AsArray().Select(kind => (string)kind!));
    }

    [Fact]
    public void A_config_that_counted_none_counts_those_of_the_last_slice_as_their_model_does()
    {
        Models.Llama("a", layers: 3);
        Numbered("b");

        Assert.Equal(1, (int)JsonNode.Parse(Plan(Slices).Config!)!["num_nextn_predict_layers"]!);
    }

    /// <summary>Libraries that load such a model leave these layers out when they save it again, and keep its config.</summary>
    [Theory]
    [InlineData("models: [{ model: ./a }]")]
    [InlineData("slices: [{ sources: [{ model: ./a, layer_range: [0, 3] }] }]")]
    [InlineData("slices: [{ sources: [{ model: ./a, layer_range: [0, 2] }] }, { sources: [{ model: ./b, layer_range: [2, 3] }] }]")]
    public void A_config_that_counts_layers_that_are_not_there_counts_none(string inputs)
    {
        With("a", [], "num_nextn_predict_layers", """["k0", "k1", "k2", "ahead"]""");
        Models.Llama("b", layers: 3);
        var config = JsonNode.Parse(Plan($"merge_method: passthrough\n{inputs}\n").Config!)!;

        Assert.Equal((3, 0), ((int)config["num_hidden_layers"]!, (int)config["num_nextn_predict_layers"]!));
        Assert.Equal(["k0", "k1", "k2"], config["layer_types"]!.AsArray().Select(kind => (string)kind!));
    }

    [Fact]
    public void A_config_keeps_the_count_of_layers_that_are_there_or_lie_by_themselves()
    {
        Numbered("a");
        Apart("b");
        Models.Model("draft", new Dictionary<string, long[]> { ["model.layers.0.eh_proj.weight"] = [4, 8] }, config: """{"num_hidden_layers": 1, "num_nextn_predict_layers": 1}""");

        Assert.All(
            [("a", "num_nextn_predict_layers"), ("b", "mtp_num_hidden_layers"), ("draft", "num_nextn_predict_layers")],
            model => Assert.Equal(1, (int)JsonNode.Parse(Plan($"merge_method: passthrough\nmodels: [{"{"} model: ./{model.Item1} {"}"}]\n").Config!)![model.Item2]!));
    }

    [Fact]
    public void Slices_of_all_layers_without_those_ahead_leave_a_kind_for_each_layer()
    {
        var section = JsonNode.Parse("""{"num_hidden_layers": 3, "num_nextn_predict_layers": 1, "layer_types": ["k0", "k1", "k2", "ahead"]}""")!.AsObject();

        Assert.Empty(LayerKeys.Rearrange(section, [.. Enumerable.Range(0, 3).Select(layer => new LayerOrigin(section, layer))], ahead: 0));

        Assert.Equal("""["k0","k1","k2"]""", section["layer_types"]!.ToJsonString());
        Assert.Equal(3, (int)section["num_hidden_layers"]!);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Names_that_differ_are_mapped_whether_both_models_have_them_or_one(bool haveBoth)
    {
        Numbered("a");
        Models.Model(
            "b", Shapes(OfNumbered).Where(tensor => haveBoth || !tensor.Key.Contains("layers.3.", StringComparison.Ordinal)).ToDictionary(tensor => "language_model." + tensor.Key, tensor => tensor.Value),
            config: """{"architectures": ["LlamaForCausalLM"], "num_hidden_layers": 3}""");
        var (_, diagnostics) = TryPlan("""
            merge_method: linear
            models:
              - { model: ./a, parameters: { weight: 1 } }
              - { model: ./b, parameters: { weight: 1 } }
            """, Models);

        Assert.Contains("- { model: ./b, from: language_model.model, to: model }", Assert.Single(diagnostics, diagnostic => diagnostic.Code == Codes.TensorMissing).Detail, StringComparison.Ordinal);
        Assert.DoesNotContain(diagnostics, diagnostic => diagnostic.Code == Codes.AheadLayersMissing);
    }

    [Fact]
    public void An_adapter_leaves_out_those_that_its_base_lacks()
    {
        Models.Llama("base", layers: 3);
        var (plan, diagnostics) = TryPlan("""
            merge_method: passthrough
            base_model: ./base
            models: [{ model: ./a }]
            output: { lora: { rank: 2 } }
            """, Numbered("a"));

        Assert.DoesNotContain(plan!.Lora!.LeftOut, job => job.Name.StartsWith("model.layers.3.", StringComparison.Ordinal));
        Assert.Contains(diagnostics, diagnostic => diagnostic.Code == Codes.LoraLeavesOut && diagnostic.Detail.Contains("the base lacks them", StringComparison.Ordinal));
    }

    [Fact]
    public void They_stand_in_for_no_layer_that_is_missing()
    {
        Numbered("a");
        Models.File("a", "config.json", """{"num_hidden_layers": 4, "num_nextn_predict_layers": 1}""");
        var (_, diagnostics) = TryPlan("""
            merge_method: passthrough
            models: [{ model: ./a/model.safetensors }]
            """, Models);

        Assert.Contains("holds 3 of the 4 layers", Assert.Single(diagnostics, diagnostic => diagnostic.Code == Codes.LayersMissing).Detail, StringComparison.Ordinal);
    }

    [Fact]
    public void A_draft_model_that_consists_of_them_has_them_as_its_layers()
    {
        Models.Model("a", new Dictionary<string, long[]> { ["model.layers.0.eh_proj.weight"] = [4, 8], ["model.layers.1.eh_proj.weight"] = [4, 8] });
        var plan = Plan("""
            merge_method: passthrough
            slices:
              - sources: [{ model: ./a, layer_range: [1, 2] }]
            """);

        Assert.Equal("model.layers.1.eh_proj.weight", Input(plan, "model.layers.0.eh_proj.weight").Source.Name);
    }

    private static double Weight(MergePlan plan, string name) => Number(Job(plan, name).Inputs[1].Parameters, "weight");

    private TemporaryModels Numbered(string name) => With(name, OfNumbered, "num_nextn_predict_layers", """["k0", "k1", "k2", "ahead"]""");

    private TemporaryModels Apart(string name) => With(name, ["mtp.layers.0.mlp.up_proj.weight", "mtp.fc.weight", "mtp.pre_fc_norm_embedding.weight"], "mtp_num_hidden_layers", """["k0", "k1", "k2"]""");

    private TemporaryModels With(string name, string[] ahead, string key, string kinds, int count = 1)
    {
        return Models.Model(
            name, Shapes(ahead),
            config: $$"""{"architectures": ["LlamaForCausalLM"], "num_hidden_layers": 3, "vocab_size": 8, "torch_dtype": "float32", "tie_word_embeddings": false, "{{key}}": {{count}}, "layer_types": {{kinds}}}""");
    }

    private static Dictionary<string, long[]> Shapes(string[] ahead)
    {
        var layers = Enumerable.Range(0, 3).SelectMany(layer => new[] { ($"model.layers.{layer}.self_attn.q_proj.weight", new[] { 4L, 4 }), ($"model.layers.{layer}.mlp.up_proj.weight", [6, 4]) });
        var tensors = new[] { ("model.embed_tokens.weight", new[] { 8L, 4 }), ("model.norm.weight", [4]), ("lm_head.weight", [8, 4]) }
            .Concat(layers).Concat(ahead.Select(tensor => (tensor, new[] { 6L, 4 })));
        return tensors.ToDictionary(tensor => tensor.Item1, tensor => tensor.Item2);
    }
}
