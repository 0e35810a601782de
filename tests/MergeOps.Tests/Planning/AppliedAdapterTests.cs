using System.Text.Json.Nodes;
using MergeOps.Diagnostics;
using MergeOps.Planning;
using MergeOps.Planning.TensorSources;
using MergeOps.Tensors;
using Xunit;

namespace MergeOps.Tests.Planning;

/// <summary>Plans with adapters: what is understood, and what is refused by name before a weight is read.</summary>
public sealed class AppliedAdapterTests : PlanningTests
{
    private const string Settings = """{"peft_type": "LORA", "r": 2, "lora_alpha": 4, "base_model_name_or_path": "acme/base", "target_modules": ["q_proj", "up_proj"]}""";

    private const string Query = "base_model.model.model.layers.0.self_attn.q_proj";

    private static readonly (string Name, DType DType, long[] Shape)[] Factors =
        [($"{Query}.lora_A.weight", DType.F32, [2, 4]), ($"{Query}.lora_B.weight", DType.F32, [4, 2])];

    public AppliedAdapterTests() => Models.Llama("base", layers: 1);

    [Fact]
    public void A_changed_weight_is_an_expression_over_the_base_and_the_factors()
    {
        Models.Adapter("lora", Settings, Factors);

        var plan = Plan(Recipe);

        Assert.Equal(
            $"lowrank(model.layers.0.self_attn.q_proj.weight, {Query}.lora_B.weight · {Query}.lora_A.weight, scale 2)",
            Input(plan, "model.layers.0.self_attn.q_proj.weight").Source.ToString());
        Assert.Equal("model.layers.0.mlp.up_proj.weight", Input(plan, "model.layers.0.mlp.up_proj.weight").Source.ToString());
        Assert.Equal(["./base+./lora"], plan.Models.Select(model => model.Reference.ToString()));
        Assert.Equal(["./lora"], plan.Adapters.Select(adapter => adapter.Reference.ToString()));
        Assert.Equal(0, plan.Donor);
        Assert.Contains((1, "adapter_model.safetensors"), plan.FilesRead);
    }

    [Fact]
    public void Another_adapter_another_scale_and_no_adapter_are_other_plans()
    {
        Models.Adapter("lora", Settings, Factors).Adapter("other", Settings.Replace("\"lora_alpha\": 4", "\"lora_alpha\": 8", StringComparison.Ordinal), Factors);

        var digests = new[] { Recipe, Of("./base+./other"), Of("./base"), Of("./base+./lora+./other"), Of("./base+./other+./lora") }.Select(recipe => Plan(recipe).Digest).ToList();

        Assert.Equal(digests.Count, digests.Distinct().Count());
        Assert.Equal(Plan(Recipe).Digest, digests[0]);
    }

    [Fact]
    public void What_is_read_counts_the_factors()
    {
        Models.Adapter("lora", Settings, Factors);

        Assert.Equal(PlanEstimate.Of(Plan(Of("./base"))).BytesToRead + (2 * 8 * sizeof(float)), PlanEstimate.Of(Plan(Recipe)).BytesToRead);
    }

    // as PEFT 0.5 wrote them, with the keys of its predecessors
    [Theory]
    [InlineData("""{"base_model_name_or_path": "acme/base", "bias": "none", "enable_lora": null, "fan_in_fan_out": false, "inference_mode": true, "init_lora_weights": true, "layers_pattern": null, "layers_to_transform": null, "lora_alpha": 16, "lora_dropout": 0.05, "merge_weights": false, "modules_to_save": null, "peft_type": "LORA", "r": 2, "revision": null, "target_modules": ["q_proj", "v_proj"], "task_type": "CAUSAL_LM"}""")]
    [InlineData("""{"peft_type": "LORA", "r": 2, "a_key_of_next_year": null, "another": false, "third": {}, "target_modules": "all-linear"}""")]
    [InlineData("""{"peft_type": "LORA", "r": 8, "rank_pattern": {"self_attn.q_proj": 2}, "target_modules": "(?:.*?(?:language|text).*?)|(?:\\bmodel\\.layers\\.[\\d]{1,}\\.(?:self_attn|mlp)\\.(?:(?:q_proj|k_proj)))"}""")]
    [InlineData("""{"peft_type": "LORA", "r": 2, "target_modules": ["q_proj"], "layers_to_transform": [0], "layers_pattern": "layers", "exclude_modules": ["k_proj"]}""")]
    public void Settings_of_every_version_are_read(string settings)
    {
        Models.Adapter("lora", settings, Factors);

        Assert.NotNull(TryPlan(Recipe, Models).Plan);
    }

    [Theory]
    [InlineData("\"init_lora_weights\": \"pissa\"", "'pissa': this initialization takes a part out of the base", false)]
    [InlineData("\"init_lora_weights\": \"pissa_niter_16\"", "'pissa_niter_16'", false)]
    [InlineData("\"init_lora_weights\": \"olora\"", "'olora'", false)]
    [InlineData("\"init_lora_weights\": \"loftq\"", "'loftq'", false)]
    [InlineData("\"init_lora_weights\": \"corda\"", "'corda'", false)]
    [InlineData("\"init_lora_weights\": \"lora_ga\"", "'lora_ga'", false)]
    [InlineData("\"init_lora_weights\": \"of_next_year\"", "it is not known here whether that changes the base", false)]
    [InlineData("\"init_lora_weights\": 7", "'init_lora_weights' is not a name", true)]
    [InlineData("\"init_lora_weights\": [\"gaussian\"]", "'init_lora_weights' is not a name", true)]
    [InlineData("\"init_lora_weights\": {\"pissa\": true}", "'init_lora_weights' is not a name", true)]
    [InlineData("\"target_parameters\": 7", "'target_parameters' is not a list of names", true)]
    [InlineData("\"lora_bias\": true", "'lora_bias' is set", false)]
    [InlineData("\"trainable_token_indices\": [1]", "'trainable_token_indices' is set", false)]
    [InlineData("\"layer_replication\": [[0, 1]]", "'layer_replication' is set", false)]
    [InlineData("\"use_qalora\": true", "'use_qalora' is set", false)]
    [InlineData("\"alora_invocation_tokens\": [3]", "'alora_invocation_tokens' is set", false)]
    [InlineData("\"a_key_of_next_year\": 3", "'a_key_of_next_year' is an unknown key", false)]
    [InlineData("\"peft_type\": \"LOHA\"", "'peft_type' is \"LOHA\"", false)]
    [InlineData("\"peft_type\": \"ADALORA\"", "'peft_type' is \"ADALORA\"", false)]
    [InlineData("\"r\": 0", "'r' is 0, which is not a positive whole number", true)]
    [InlineData("\"r\": -3", "'r' is -3", true)]
    [InlineData("\"r\": 2.5", "'r' is 2.5", true)]
    [InlineData("\"r\": \"2\"", "'r' is \"2\"", true)]
    [InlineData("\"r\": 99999999999999999999", "'r' is 99999999999999999999", true)]
    [InlineData("\"lora_alpha\": \"x\"", "'lora_alpha' is \"x\"", true)]
    [InlineData("\"use_dora\": \"yes\"", "'use_dora' is neither true nor false", true)]
    [InlineData("\"use_dora\": true", "without its lengths (lora_magnitude_vector)", true)]
    [InlineData("\"rank_pattern\": {\"(\": 2}", "'(' is not a regular expression", false)]
    [InlineData("\"rank_pattern\": {\"(?x)q_proj #c\": 2}", "'(?x)q_proj #c' is not a regular expression", false)]
    [InlineData("\"target_modules\": \"(?x).*q_proj #c\"", "'target_modules': '(?x).*q_proj #c' is not a regular expression", false)]
    [InlineData("\"exclude_modules\": \"(?x)k_proj #c\"", "'exclude_modules': '(?x)k_proj #c' is not a regular expression", false)]
    [InlineData("\"layers_to_transform\": [0], \"layers_pattern\": [\"(\"]", "'layers_pattern': '(' is not a regular expression", false)]
    [InlineData("\"layers_to_transform\": [0], \"layers_pattern\": \"[\"", "'layers_pattern': '[' is not a regular expression", false)]
    [InlineData("\"rank_pattern\": {\"q_proj\": 0}", "no positive whole number for 'q_proj'", true)]
    [InlineData("\"rank_pattern\": 7", "'rank_pattern' is not a map", true)]
    [InlineData("\"target_modules\": 7", "'target_modules' is neither a name nor a list of names", true)]
    [InlineData("\"target_modules\": [\"k_proj\"]", "the settings give no factors to", true)]
    [InlineData("\"exclude_modules\": \".*q_proj\"", "the settings give no factors to", true)]
    [InlineData("\"target_modules\": [\"q_proj\"], \"layers_to_transform\": 3", "the settings give no factors to", true)]
    [InlineData("\"layers_to_transform\": [\"a\"]", "'layers_to_transform' holds \"a\"", true)]
    public void Settings_that_cannot_be_applied_exactly_are_refused_by_name(string entry, string reason, bool isDamage)
    {
        var settings = JsonNode.Parse(Settings)!.AsObject();
        foreach (var (key, value) in JsonNode.Parse($"{{{entry}}}")!.AsObject())
        {
            settings[key] = value!.DeepClone();
        }

        Models.Adapter("lora", settings.ToJsonString(), Factors);

        RequireRefused(Codes.AdapterNotApplied, reason, isDamage ? "use all files of the adapter as its trainer saved them" : "merge_and_unload");
    }

    [Theory]
    [InlineData("not json", "not valid JSON")]
    [InlineData("[1]", "They are not an object")]
    [InlineData("""{"r": 2, "r": 4}""", "not valid JSON. A key occurs twice. No library")]
    [InlineData("", "not valid JSON")]
    public void Settings_that_are_none_are_refused(string settings, string reason)
    {
        Models.Adapter("lora", settings, Factors);

        RequireRefused(Codes.AdapterNotApplied, reason);
    }

    [Fact]
    public void Without_settings_nobody_knows_the_scale()
    {
        Models.Adapter("lora", null, Factors);

        RequireRefused(Codes.AdapterNotApplied, "the strength of the change is unknown");
    }

    [Fact]
    public void A_factor_that_is_missing_is_named()
    {
        Models.Adapter("lora", Settings, Factors[0]);
        RequireRefused(Codes.AdapterNotApplied, "a module without its second factor (lora_B): 'model.layers.0.self_attn.q_proj'");

        Models.Adapter("lora", Settings, Factors[1]);
        RequireRefused(Codes.AdapterNotApplied, "a module without its first factor (lora_A)");
    }

    [Theory]
    [InlineData("base_model.model.model.layers.0.self_attn.q_proj.lora_E")]
    [InlineData("base_model.model.model.layers.0.self_attn.q_proj.hada_w1_a")]
    [InlineData("base_model.model.model.layers.0.self_attn.q_proj.lora_B.bias")]
    [InlineData("base_model.model.model.embed_tokens.token_adapter.trainable_tokens_delta")]
    public void A_tensor_of_another_kind_of_adapter_is_named(string tensor)
    {
        Models.Adapter("lora", Settings, [.. Factors, (tensor, DType.F32, [2])]);

        RequireRefused(Codes.AdapterNotApplied, $"'{tensor}' is not a tensor of a plain LoRA");
    }

    [Theory]
    [InlineData(new long[] { 2, 5 }, new long[] { 4, 2 }, "[2, 5] and [4, 2], and 'model.layers.0.self_attn.q_proj.weight' is [4, 4]")]
    [InlineData(new long[] { 2, 4 }, new long[] { 5, 2 }, "are [2, 4] and [5, 2]")]
    [InlineData(new long[] { 2, 4 }, new long[] { 4, 3 }, "have different ranks: [2, 4] and [4, 3]")]
    [InlineData(new long[] { 3, 4 }, new long[] { 4, 3 }, "have rank 3, and its settings say 2")]
    [InlineData(new long[] { 8 }, new long[] { 4, 2 }, "have different ranks")]
    [InlineData(new long[] { 2, 4 }, new long[] { }, "have different ranks")]
    [InlineData(new long[] { 0, 4 }, new long[] { 4, 0 }, "have different ranks")]
    public void Factors_of_a_wrong_shape_are_named_with_theirs_and_the_weights(long[] first, long[] second, string reason)
    {
        Models.Adapter("lora", Settings, ($"{Query}.lora_A.weight", DType.F32, first), ($"{Query}.lora_B.weight", DType.F32, second));

        RequireRefused(Codes.AdapterDoesNotFit, reason);
    }

    [Fact]
    public void Factors_for_exchanged_rows_and_columns_are_refused()
    {
        Models.Adapter(
            "lora", Settings, ("base_model.model.model.layers.0.mlp.up_proj.lora_A.weight", DType.F32, [2, 8]), ("base_model.model.model.layers.0.mlp.up_proj.lora_B.weight", DType.F32, [4, 2]));
        Models.Mixed("base", LlamaConfig, ("model.layers.0.mlp.up_proj.weight", DType.F32, [8, 4]));

        RequireRefused(Codes.AdapterDoesNotFit, "with rows and columns swapped", "[2, 4] and [8, 2]");
    }

    // PEFT says: "fan_in_fan_out is set to True but the target module is `torch.nn.Linear`. Setting fan_in_fan_out to False."
    [Theory]
    [InlineData(LlamaConfig, "q_proj", new long[] { 4, 4 }, null, "B·A")]
    [InlineData("""{"model_type": "gpt2"}""", "c_proj", new long[] { 4, 4 }, null, "(B·A)ᵀ")]
    [InlineData("{}", "c_proj", new long[] { 4, 4 }, new long[] { 6, 4 }, "(B·A)ᵀ")]
    [InlineData("""{"model_type": "qwen"}""", "c_proj", new long[] { 4, 4 }, new long[] { 4, 6 }, "B·A")]
    public void The_layer_and_not_the_flag_says_whether_a_square_weight_has_its_inputs_first(string config, string layer, long[] shape, long[]? alike, string expected)
    {
        List<(string, DType, long[])> tensors = [($"h.0.attn.{layer}.weight", DType.F32, shape)];
        if (alike is not null)
        {
            tensors.AddRange([($"h.0.mlp.{layer}.weight", DType.F32, alike), ($"h.0.mlp.{layer}.bias", DType.F32, [4])]);
        }

        Models.Mixed("base", config, [.. tensors]);
        Models.Adapter("lora", """{"peft_type": "LORA", "r": 2, "fan_in_fan_out": true}""", FactorsOf($"base_model.model.h.0.attn.{layer}", 4, 4));

        Assert.Equal(expected == "B·A", Input(Plan(Recipe), $"h.0.attn.{layer}.weight").Source is LowRank { IsByColumn: false });
    }

    [Fact]
    public void A_flag_that_nothing_confirms_is_refused_for_a_square_weight()
    {
        Models.Mixed("base", "{}", ("h.0.c_proj.weight", DType.F32, [4, 4]));
        Models.Adapter("lora", """{"peft_type": "LORA", "r": 2, "fan_in_fan_out": true}""", FactorsOf("base_model.model.h.0.c_proj", 4, 4));

        RequireRefused(Codes.AdapterDoesNotFit, "'fan_in_fan_out' is true", "'h.0.c_proj.weight'");
    }

    [Theory]
    [InlineData(new long[] { 2, 4, 3, 3 }, new long[] { 4, 4, 3, 3 }, true)]
    [InlineData(new long[] { 2, 3, 3, 4 }, new long[] { 4, 4, 3, 3 }, false)]
    [InlineData(new long[] { 2, 36 }, new long[] { 4, 4, 3, 3 }, false)]
    [InlineData(new long[] { 2, 4 }, new long[] { 4, 4, 1, 1 }, true)]
    [InlineData(new long[] { 2, 4, 1, 1 }, new long[] { 4, 4 }, true)]
    public void Factors_of_a_convolution_fit_dimension_by_dimension(long[] first, long[] weight, bool fits)
    {
        Models.Mixed("base", "{}", ("conv.weight", DType.F32, weight));
        Models.Adapter("lora", """{"peft_type": "LORA", "r": 2}""", ("base_model.model.conv.lora_A.weight", DType.F32, first), ("base_model.model.conv.lora_B.weight", DType.F32, [4, 2, 1, 1]));

        Assert.Equal(fits, TryPlan(Recipe, Models).Plan is not null);
    }

    [Theory]
    [InlineData(DType.I8)]
    [InlineData(DType.U8)]
    [InlineData(DType.F64)]
    public void Factors_that_are_stored_in_another_way_are_named(DType dtype)
    {
        Models.Adapter("lora", Settings, (Factors[0].Name, dtype, Factors[0].Shape), Factors[1]);

        RequireRefused(Codes.AdapterDoesNotFit, $"is stored in {dtype}");
    }

    [Fact]
    public void What_the_base_lacks_is_listed()
    {
        Models.Adapter(
            "lora",
            """{"peft_type": "LORA", "r": 2}""",
            [.. Factors, .. Factors.Select(factor => (factor.Name.Replace("layers.0", "layers.7", StringComparison.Ordinal), factor.DType, factor.Shape))]);

        RequireRefused(Codes.AdapterDoesNotFit, "'model.layers.7.self_attn.q_proj', which ./base lacks");
    }

    [Fact]
    public void A_module_that_was_trained_whole_takes_the_place_of_the_bases()
    {
        Models.Adapter("lora", """{"peft_type": "LORA", "r": 2, "modules_to_save": ["lm_head"]}""", [.. Factors, ("base_model.model.lm_head.weight", DType.F32, [8, 4])]);

        var plan = Plan(Recipe);

        var head = Input(plan, "lm_head.weight").Source;
        Assert.Equal(("base_model.model.lm_head.weight", "lm_head.weight", 0), (head.ToString(), head.Name, head.Model));
        Assert.Equal("./lora holds another one instead", Assert.Single(plan.Dropped, drop => drop.Name == "lm_head.weight").Reason);
    }

    [Theory]
    [InlineData("base_model.model.model.norm.weight", new long[] { 5 }, "is [5], and 'model.norm.weight' is [4]")]
    [InlineData("base_model.model.model.layers.0.mlp.up_proj.weight", new long[] { 7, 4 }, "is [7, 4]")]
    [InlineData("base_model.model.score.weight", new long[] { 2, 4 }, "'score.weight', which ./base lacks")]
    [InlineData("base_model.model.../../evil.weight", new long[] { 2, 4 }, "which ./base lacks")]
    public void A_replacement_that_fits_nowhere_is_named(string name, long[] shape, string reason)
    {
        Models.Adapter("lora", Settings, [.. Factors, (name, DType.F32, shape)]);

        RequireRefused(Codes.AdapterDoesNotFit, reason);
    }

    [Fact]
    public void Added_tokens_give_the_embedding_more_rows_and_that_is_said()
    {
        Models.Adapter("lora", Settings, [.. Factors, ("base_model.model.model.embed_tokens.weight", DType.F32, [10, 4]), ("base_model.model.lm_head.weight", DType.F32, [10, 4])]);

        var (plan, found) = TryPlan(Recipe, Models);

        Assert.Equal([10, 4], Job(plan!, "model.embed_tokens.weight").Shape.AsEnumerable());
        Assert.Contains("\"vocab_size\":10", plan!.Config!.Replace(" ", "", StringComparison.Ordinal), StringComparison.Ordinal);
        var warning = Assert.Single(found, warning => warning.Code == Codes.AdapterPartUnused);
        Assert.Contains("gives 'lm_head.weight' and 'model.embed_tokens.weight' 10 rows for 8", warning.Detail, StringComparison.Ordinal);
        Assert.Contains("To keep them, apply the adapter first", warning.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public void A_change_of_an_embedding_that_is_also_the_head_is_refused_unless_both_are_given()
    {
        Models.Llama("base", layers: 1, head: false, tied: true);
        Models.Adapter("lora", """{"peft_type": "LORA", "r": 2}""", ("base_model.model.model.embed_tokens.lora_embedding_A", DType.F32, [2, 8]), ("base_model.model.model.embed_tokens.lora_embedding_B", DType.F32, [4, 2]));
        RequireRefused(Codes.AdapterDoesNotFit, "also uses as its output head");

        Models.Adapter("lora", """{"peft_type": "LORA", "r": 2}""", ("base_model.model.lm_head.lora_A.weight", DType.F32, [2, 4]), ("base_model.model.lm_head.lora_B.weight", DType.F32, [8, 2]));
        RequireRefused(Codes.AdapterDoesNotFit, "changing only the head needs a separate head");
    }

    [Fact]
    public void A_head_and_an_embedding_that_were_trained_apart_are_no_longer_tied()
    {
        Models.Llama("base", layers: 1, head: false, tied: true);
        Models.Adapter("lora", Settings, [.. Factors, ("base_model.model.model.embed_tokens.weight", DType.F32, [8, 4]), ("base_model.model.lm_head.weight", DType.F32, [8, 4])]);

        var plan = Plan(Recipe);

        Assert.Contains("\"tie_word_embeddings\":false", plan.Config!.Replace(" ", "", StringComparison.Ordinal), StringComparison.Ordinal);
        Assert.Contains(plan.Jobs, job => job.Name == "lm_head.weight");
    }

    [Fact]
    public void Another_prefix_that_all_names_and_shapes_fit_under_is_found_and_told()
    {
        Models.Mixed("base", "{}", ("language_model.model.layers.0.self_attn.q_proj.weight", DType.F32, [4, 4]), ("vision.layers.0.self_attn.q_proj.weight", DType.F32, [6, 6]));
        Models.Adapter("lora", """{"peft_type": "LORA", "r": 2}""", Factors);

        var (plan, found) = TryPlan(Recipe, Models);

        Assert.StartsWith("lowrank(", Input(plan!, "language_model.model.layers.0.self_attn.q_proj.weight").Source.ToString(), StringComparison.Ordinal);
        Assert.Contains(found, note => note.Code == Codes.AdapterMapped && note.Detail.Contains("language_model.", StringComparison.Ordinal));
    }

    [Fact]
    public void Two_places_that_fit_are_no_place()
    {
        Models.Mixed("base", "{}", ("language.model.layers.0.self_attn.q_proj.weight", DType.F32, [4, 4]), ("vision.model.layers.0.self_attn.q_proj.weight", DType.F32, [4, 4]));
        Models.Adapter("lora", """{"peft_type": "LORA", "r": 2}""", Factors);

        RequireRefused(Codes.AdapterDoesNotFit, "which ./base lacks under these names; they fit under 'language.…' and 'vision.…'");
    }

    [Fact]
    public void Experts_that_the_base_stores_together_are_the_reason_given()
    {
        Models.Mixed("base", "{}", ("model.layers.0.mlp.experts.up_proj", DType.F32, [2, 4, 4]));
        Models.Adapter("lora", """{"peft_type": "LORA", "r": 2}""", FactorsOf("base_model.model.model.layers.0.mlp.experts.1.up_proj", 4, 4));

        RequireRefused(Codes.AdapterDoesNotFit, "stores all experts of a layer together ('model.layers.0.mlp.experts.up_proj')");
    }

    private const string OfParameters = """{"peft_type": "LORA", "r": 2, "target_parameters": ["experts.gate_up_proj", "experts.down_proj"]}""";

    [Fact]
    public void Factors_of_a_square_parameter_are_refused_where_nothing_tells_which_axis_is_the_output()
    {
        Models.Mixed("base", "{}", ("model.layers.0.mlp.experts.gate_up_proj", DType.F32, [2, 4, 4]), ("model.layers.0.mlp.experts.down_proj", DType.F32, [2, 4, 2]));
        Models.Adapter("lora", OfParameters, ("base_model.model.model.layers.0.mlp.experts.lora_A.weight", DType.F32, [4, 4]), ("base_model.model.model.layers.0.mlp.experts.lora_B.weight", DType.F32, [4, 4]));

        RequireRefused(Codes.AdapterDoesNotFit, "fit 'model.layers.0.mlp.experts.gate_up_proj' and 'model.layers.0.mlp.experts.gate_up_proj', transposed, and nothing tells which is meant");
    }

    [Fact]
    public void A_square_parameter_of_gpt_oss_has_its_inputs_first()
    {
        Models.Mixed(
            "base", "{}", ("model.layers.0.mlp.experts.gate_up_proj", DType.F32, [2, 4, 8]), ("model.layers.0.mlp.experts.gate_up_proj_bias", DType.F32, [2, 8]),
            ("model.layers.0.mlp.experts.down_proj", DType.F32, [2, 4, 4]), ("model.layers.0.mlp.experts.down_proj_bias", DType.F32, [2, 4]));
        Models.Adapter("lora", OfParameters, ("base_model.model.model.layers.0.mlp.experts.lora_A.weight", DType.F32, [4, 4]), ("base_model.model.model.layers.0.mlp.experts.lora_B.weight", DType.F32, [4, 4]));

        Assert.Contains("transpose(slice(base_model.model.model.layers.0.mlp.experts.lora_A.weight, axis 0, 2 to 3)", Input(Plan(Recipe), "model.layers.0.mlp.experts.down_proj").Source.ToString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("\"r\": 3", "do not have the rank 3 for each matrix of")]
    [InlineData("\"rank_pattern\": {\"experts\": 2}", "a pattern of ranks or alphas matches parameters")]
    [InlineData("\"target_parameters\": [\"experts.wi\"]", "which has none of them in this model")]
    [InlineData("\"use_dora\": true", "without its lengths")]
    public void Factors_of_parameters_that_cannot_be_applied_exactly_are_refused(string entry, string reason)
    {
        var settings = JsonNode.Parse(OfParameters)!.AsObject();
        foreach (var (key, value) in JsonNode.Parse($"{{{entry}}}")!.AsObject())
        {
            settings[key] = value!.DeepClone();
        }

        Models.Mixed("base", "{}", ("model.layers.0.mlp.experts.gate_up_proj", DType.F32, [2, 4, 6]), ("model.layers.0.mlp.experts.down_proj", DType.F32, [2, 6, 2]));
        Models.Adapter("lora", settings.ToJsonString(), ("base_model.model.model.layers.0.mlp.experts.lora_A.weight", DType.F32, [4, 6]), ("base_model.model.model.layers.0.mlp.experts.lora_B.weight", DType.F32, [4, 4]));

        Assert.Contains(reason, Refused(Recipe).Detail, StringComparison.Ordinal);
    }

    [Fact]
    public void A_module_that_was_trained_whole_and_is_missing_is_an_error_where_the_base_has_it()
    {
        Models.Adapter("lora", """{"peft_type": "LORA", "r": 2, "modules_to_save": ["lm_head", "score"]}""", Factors);

        RequireRefused(Codes.AdapterDoesNotFit, "say that 'lm_head' was trained whole ('modules_to_save'), and its file holds no tensor of it");
    }

    [Fact]
    public void Targets_without_factors_are_a_warning()
    {
        Models.Adapter("lora", Settings, Factors);

        var warning = Assert.Single(TryPlan(Recipe, Models).Diagnostics, found => found.Code == Codes.AdapterTargetsUnused);
        Assert.Contains("no factors for 'up_proj', which", warning.Detail, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("acme/base", false)]
    [InlineData("/home/someone/models/base/", false)]
    [InlineData("unsloth/Base-bnb-4bit", false)]
    [InlineData("acme/other", true)]
    public void An_adapter_of_another_model_is_a_warning(string trainedOn, bool isWarned)
    {
        Models.Adapter("lora", Settings.Replace("acme/base", trainedOn, StringComparison.Ordinal), Factors);

        Assert.Equal(isWarned, TryPlan(Recipe, Models).Diagnostics.Any(warning => warning.Code == Codes.AdapterOfOtherModel));
    }

    [Fact]
    public void A_quantized_base_is_dequantized_and_changed()
    {
        Models.Mixed(
            "base", """{"quantization_config": {"quant_method": "fp8"}}""", ("model.layers.0.self_attn.q_proj.weight", DType.F8_E4M3, [4, 4]), ("model.layers.0.self_attn.q_proj.weight_scale", DType.F32, [4, 1]));
        Models.Adapter("lora", Settings, Factors);

        Assert.StartsWith("lowrank(dequantized(", Input(Plan(Recipe), "model.layers.0.self_attn.q_proj.weight").Source.ToString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("adapter_model.bin", "MOPS339", "not a PyTorch archive")]
    [InlineData("pytorch_lora_weights.bin", "MOPS304", "only from safetensors and adapter_model.bin")]
    [InlineData("readme.txt", "MOPS341", "holds no adapter")]
    [InlineData("best/adapter_config.json", "MOPS341", "in its folder 'best'")]
    public void A_folder_without_factors_in_safetensors_says_the_way_out(string file, string code, string wayOut)
    {
        Models.File("lora", file, "{}");

        var refusal = Refused(Recipe);

        Assert.Equal(code, refusal.Code.Id);
        Assert.Contains(wayOut, refusal.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public void A_file_that_is_no_safetensors_file_says_the_way_out()
    {
        Models.File("lora", "adapter_model.bin", "");

        Assert.Equal("MOPS339", Refused(Of("./base+./lora/adapter_model.bin")).Code.Id);
    }

    [Fact]
    public void What_a_base_lacks_is_shown_beside_the_nearest_name_that_it_has()
    {
        Models.Adapter("lora", """{"peft_type": "LORA", "r": 2}""", ("base_model.model.model.layers.7.self_attn.q_proj.lora_A.weight", DType.F32, [2, 4]), ("base_model.model.model.layers.7.self_attn.q_proj.lora_B.weight", DType.F32, [4, 2]));

        RequireRefused(Codes.AdapterDoesNotFit, "the nearest name there is 'model.layers.0.self_attn.q_proj.weight'");
    }

    [Fact]
    public void Names_of_diffusers_do_not_fit_an_original_network_of_another_number_of_blocks()
    {
        Models.Model("base", new Dictionary<string, long[]> { ["model.diffusion_model.input_blocks.1.1.proj_in.weight"] = [4, 4], ["model.diffusion_model.input_blocks.2.0.op.weight"] = [4, 4] });
        Models.Adapter("lora", null, ("lora_unet_down_blocks_0_attentions_0_proj_in.lora_down.weight", DType.F32, [2, 4]), ("lora_unet_down_blocks_0_attentions_0_proj_in.lora_up.weight", DType.F32, [4, 2]));

        RequireRefused(Codes.AdapterDoesNotFit, "it has the names of the original code", "in diffusers' layout");
    }

    // trained on a pipeline's parts, and applied to one file that holds all of them under the original code's names
    [Theory]
    [InlineData("cond_stage_model.transformer.text_model.encoder.layers.0.mlp.fc1.weight", "lora_te")]
    [InlineData("conditioner.embedders.0.transformer.text_model.encoder.layers.0.mlp.fc1.weight", "lora_te1")]
    public void Of_a_checkpoint_in_one_file_no_part_is_left_out_because_another_part_fits(string encoder, string fitting)
    {
        Models.Model("base", new Dictionary<string, long[]>
        {
            [encoder] = [4, 4],
            ["model.diffusion_model.input_blocks.1.1.proj_in.weight"] = [4, 4],
            ["model.diffusion_model.input_blocks.2.0.op.weight"] = [4, 4],
        });
        const string Lacking = "lora_unet_down_blocks_0_attentions_0_proj_in";
        Models.Adapter("lora", null,
        [
            .. from module in new[] { $"{fitting}_text_model_encoder_layers_0_mlp_fc1", Lacking }
               from factor in new (string, long[])[] { ("down", [2, 4]), ("up", [4, 2]) }
               select ($"{module}.lora_{factor.Item1}.weight", DType.F32, factor.Item2),
        ]);

        RequireRefused(Codes.AdapterDoesNotFit, "it has the names of the original code", "in diffusers' layout");
    }

    // as diffusers' own script renames a network of Stable Diffusion XL
    private static readonly (string Original, string Diffusers)[] Blocks =
    [
        ("input_blocks.3.0.op", "down_blocks.0.downsamplers.0.conv"),
        ("input_blocks.4.0.in_layers.2", "down_blocks.1.resnets.0.conv1"),
        ("input_blocks.5.1.transformer_blocks.1.attn1.to_q", "down_blocks.1.attentions.1.transformer_blocks.1.attn1.to_q"),
        ("middle_block.2.emb_layers.1", "mid_block.resnets.1.time_emb_proj"),
        ("output_blocks.2.2.conv", "up_blocks.0.upsamplers.0.conv"),
        ("output_blocks.4.1.proj_in", "up_blocks.1.attentions.1.proj_in"),
        ("output_blocks.8.0.skip_connection", "up_blocks.2.resnets.2.conv_shortcut"),
        ("time_embed.2", "time_embedding.linear_2"),
    ];

    // an adapter of the whole of it, on top of a file in the original code's names and of a pipeline's folder
    [Theory]
    [InlineData(true, true)]
    [InlineData(true, false)]
    [InlineData(false, true)]
    [InlineData(false, false)]
    public void A_network_of_Stable_Diffusion_is_changed_under_either_of_its_namings(bool isBaseOriginal, bool isAdapterOriginal)
    {
        string OfBase((string Original, string Diffusers) block) => isBaseOriginal ? block.Original : block.Diffusers;
        var encoder = (isBaseOriginal ? "cond_stage_model.transformer." : "text_encoder/") + "text_model.encoder.layers.0.mlp.fc1.weight";
        var network = isBaseOriginal ? "model.diffusion_model." : "unet/";
        if (isBaseOriginal)
        {
            Models.Mixed("diffusion", null, [(encoder, DType.F32, [5, 5]), .. Blocks.Index().Select(block => ($"{network}{block.Item.Original}.weight", DType.F32, new long[] { 6 + block.Index, 4 }))]);
        }
        else
        {
            Models.File("diffusion", "model_index.json", """{"_class_name": "StableDiffusionPipeline", "unet": ["diffusers", "UNet2DConditionModel"], "text_encoder": ["transformers", "CLIPTextModel"]}""");
            Models.Mixed("diffusion/unet", "{}", [("down_blocks.1.resnets.1.conv1.weight", DType.F32, [3, 3]), .. Blocks.Index().Select(block => ($"{block.Item.Diffusers}.weight", DType.F32, new long[] { 6 + block.Index, 4 }))]);
            File.Move(Path.Combine(Models.Path, "diffusion", "unet", "model.safetensors"), Path.Combine(Models.Path, "diffusion", "unet", "diffusion_pytorch_model.safetensors"));
            Models.Mixed("diffusion/text_encoder", "{}", ("text_model.encoder.layers.0.mlp.fc1.weight", DType.F32, [5, 5]));
        }

        Models.Adapter("lora", null,
        [
            .. OfKohya("lora_te_text_model_encoder_layers_0_mlp_fc1", 5, 5),
            .. Blocks.Index().SelectMany(block => OfKohya($"lora_unet_{(isAdapterOriginal ? block.Item.Original : block.Item.Diffusers).Replace('.', '_')}", 6 + block.Index, 4)),
        ]);

        var plan = Plan(Of(isBaseOriginal ? "./diffusion/model.safetensors+./lora" : "./diffusion+./lora"));

        Assert.Equal(
            Blocks.Select(block => $"{network}{OfBase(block)}.weight").Append(encoder).Order(StringComparer.Ordinal),
            plan.Jobs.Where(job => job.Inputs[0].Source.ToString().StartsWith("lowrank(", StringComparison.Ordinal)).Select(job => job.Name).Order(StringComparer.Ordinal));
        Assert.All(Blocks, block => Assert.Contains(
            $"lora_unet_{(isAdapterOriginal ? block.Original : block.Diffusers).Replace('.', '_')}.lora_up.weight", Input(plan, $"{network}{OfBase(block)}.weight").Source.ToString(), StringComparison.Ordinal));

        static (string, DType, long[])[] OfKohya(string module, int rows, int columns) =>
            [($"{module}.lora_down.weight", DType.F32, [2, columns]), ($"{module}.lora_up.weight", DType.F32, [rows, 2])];
    }

    // trained where the library had moved both towers, on a checkpoint that was published before
    [Theory]
    [InlineData("model.language_model.", "model.visual.", "model.", "visual.", "", 6)]
    [InlineData("model.language_model.", "model.visual.", "model.", "visual.", "", 4)]
    [InlineData("model.language_model.", "model.vision_tower.", "language_model.model.", "vision_tower.", "language_model.", 4)]
    [InlineData("language_model.model.", "vision_tower.", "model.language_model.", "model.vision_tower.", "", 4)]
    public void Parts_that_a_library_has_moved_each_to_its_own_place_are_found_there(string text, string vision, string textOfBase, string visionOfBase, string head, int width)
    {
        Models.Mixed(
            "base", "{}",
            ($"{head}lm_head.weight", DType.F32, [8, 4]), ($"{textOfBase}embed_tokens.weight", DType.F32, [8, 4]), ($"{textOfBase}layers.0.self_attn.q_proj.weight", DType.F32, [4, 4]),
            ($"{visionOfBase}layers.0.self_attn.q_proj.weight", DType.F32, [width, width]), ($"{visionOfBase}merger.mlp.0.weight", DType.F32, [width, width]));
        Models.Adapter(
            "lora", """{"peft_type": "LORA", "r": 2, "modules_to_save": ["embed_tokens"]}""",
            [
                .. FactorsOf($"base_model.model.{text}layers.0.self_attn.q_proj", 4, 4), .. FactorsOf($"base_model.model.{vision}layers.0.self_attn.q_proj", width, width),
                .. FactorsOf($"base_model.model.{vision}merger.mlp.0", width, width), .. FactorsOf("base_model.model.lm_head", 4, 8), ($"base_model.model.{text}embed_tokens.weight", DType.F32, [8, 4]),
            ]);

        var (plan, found) = TryPlan(Recipe, Models);

        Assert.True(plan is not null, string.Join("\n", found));
        Assert.Contains($"base_model.model.{text}layers.0", Input(plan, $"{textOfBase}layers.0.self_attn.q_proj.weight").Source.ToString(), StringComparison.Ordinal);
        Assert.Contains($"base_model.model.{vision}layers.0", Input(plan, $"{visionOfBase}layers.0.self_attn.q_proj.weight").Source.ToString(), StringComparison.Ordinal);
        Assert.Contains($"base_model.model.{vision}merger", Input(plan, $"{visionOfBase}merger.mlp.0.weight").Source.ToString(), StringComparison.Ordinal);
        Assert.Equal($"base_model.model.{text}embed_tokens.weight", Input(plan, $"{textOfBase}embed_tokens.weight").Source.ToString());
        Assert.Contains("base_model.model.lm_head.lora_A", Input(plan, $"{head}lm_head.weight").Source.ToString(), StringComparison.Ordinal);
        Assert.Equal(head.Length > 0 ? 3 : 2, found.Count(note => note.Code == Codes.AdapterMapped));
    }

    [Fact]
    public void An_adapter_whose_names_are_all_those_of_another_library_says_how_it_is_applied_outside()
    {
        Models.Mixed("flux", null, ("transformer_blocks.0.attn.to_q.weight", DType.F32, [4, 4]), ("transformer_blocks.0.attn.to_k.weight", DType.F32, [4, 4]));
        Models.Adapter("lora", null,
        [
            .. from module in new[] { "img_attn_qkv", "txt_attn_qkv" }
               from factor in new (string, long[])[] { ("down", [2, 4]), ("up", [12, 2]) }
               select ($"lora_unet_double_blocks_0_{module}.lora_{factor.Item1}.weight", DType.F32, factor.Item2),
        ]);

        var refusal = Refused(Of("./flux+./lora"));

        Assert.Equal(Codes.AdapterDoesNotFit, refusal.Code);
        Assert.Contains("one of the two has the names of another library", refusal.Detail, StringComparison.Ordinal);
        Assert.Contains("flux_merge_lora.py", refusal.Detail, StringComparison.Ordinal);
    }

    // the two text encoders of SDXL name their layers alike, and have other widths
    [Theory]
    [InlineData("first", 4, 2)]
    [InlineData("second", 6, 3)]
    public void Each_text_encoder_takes_its_own_part(string name, int width, int layers)
    {
        Models.Model(name, Enumerable.Range(0, layers).ToDictionary(layer => $"text_model.encoder.layers.{layer}.mlp.fc1.weight", _ => new long[] { width, width }));
        Models.Adapter("lora", null, [.. Factors("te1", 4, 2), .. Factors("te2", 6, 3)]);

        var (plan, found) = TryPlan(Of($"./{name}+./lora"), Models);

        Assert.True(plan is not null, string.Join("\n", found));
        Assert.All(plan.Jobs, job => Assert.StartsWith("lowrank(", job.Inputs[0].Source.ToString(), StringComparison.Ordinal));
        Assert.Contains(found, one => one.Code == Codes.AdapterPartUnused);

        static IEnumerable<(string, DType, long[])> Factors(string part, int width, int layers) =>
            from layer in Enumerable.Range(0, layers)
            from factor in new (string, long[])[] { ("down", [2, width]), ("up", [width, 2]) }
            select ($"lora_{part}_text_model_encoder_layers_{layer}_mlp_fc1.lora_{factor.Item1}.weight", DType.F32, factor.Item2);
    }

    [Fact]
    public void A_local_adapter_has_no_revision_and_one_message_says_so()
    {
        Models.Adapter("lora", Settings, Factors);

        var (_, found) = MergeOps.Recipes.Validation.RecipeReader.Read(Models.Recipe(Of("./base+./lora@main")), MergeOps.Tests.Recipes.RecipeText.Catalogue);

        var message = Assert.Single(found, one => one.Severity is not Severity.Note);
        Assert.Equal(Codes.RevisionOfLocalModel, message.Code);
        Assert.Contains("Remove '@main'", message.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public void A_whole_model_is_no_adapter_and_several_files_are_none_either()
    {
        Models.Llama("lora", layers: 1);
        Assert.Contains("is a whole model", Refused(Recipe).Detail, StringComparison.Ordinal);

        Models.File("several", "a.safetensors", "").File("several", "b.safetensors", "");
        Assert.Contains("several files that may be the adapter: 'a.safetensors' and 'b.safetensors'", Refused(Of("./base+./several")).Detail, StringComparison.Ordinal);
    }

    [Fact]
    public void A_link_out_of_the_adapters_folder_is_refused()
    {
        Models.Adapter("elsewhere", Settings, Factors);
        Directory.CreateDirectory(Path.Combine(Models.Path, "lora"));
        File.CreateSymbolicLink(Path.Combine(Models.Path, "lora", "adapter_model.safetensors"), Path.Combine(Models.Path, "elsewhere", "adapter_model.safetensors"));

        Assert.Equal(Codes.LinkRefused, Refused(Recipe).Code);
    }

    [Fact]
    public void A_rank_beyond_all_memory_is_refused_and_not_tried()
    {
        const long Rank = 1_000_000_000;
        Models.Adapter("lora", $$"""{"peft_type": "LORA", "r": {{Rank}}}""", ($"{Query}.lora_A.weight", DType.F8_E4M3, [Rank, 4]), ($"{Query}.lora_B.weight", DType.F8_E4M3, [4, Rank]));

        RequireRefused(Codes.AdapterDoesNotFit, "are too large");
    }

    private const string Recipe = "merge_method: passthrough\nmodels:\n  - model: ./base+./lora\n";

    private const string LlamaConfig = """{"model_type": "llama"}""";

    private static (string Name, DType DType, long[] Shape)[] FactorsOf(string module, long inputs, long outputs) =>
        [($"{module}.lora_A.weight", DType.F32, [2, inputs]), ($"{module}.lora_B.weight", DType.F32, [outputs, 2])];

    private static string Of(string model) => $"merge_method: passthrough\nmodels:\n  - model: {model}\n";

    private void RequireRefused(DiagnosticCode code, params string[] reasons)
    {
        var refusal = Refused(Recipe);
        Assert.Equal(code, refusal.Code);
        Assert.All(reasons, reason => Assert.Contains(reason, refusal.Detail, StringComparison.Ordinal));
        Assert.Equal(3, refusal.Span!.Value.Line);
    }
}
