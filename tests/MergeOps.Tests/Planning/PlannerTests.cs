using System.Text.Json.Nodes;
using MergeOps.Diagnostics;
using MergeOps.Hub;
using MergeOps.Methods.Contract;
using MergeOps.Planning;
using MergeOps.Recipes;
using Xunit;

namespace MergeOps.Tests.Planning;

public sealed class PlannerTests : IDisposable
{
    private readonly TemporaryModels models = new();

    public void Dispose() => models.Dispose();

    [Fact]
    public void A_merge_of_whole_models_has_one_job_for_each_tensor()
    {
        models.Llama("a", layers: 2).Llama("b", layers: 2);
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
        Assert.Equal([0.25, 0.75], job.Inputs.Select(input => input.Parameters.Number("weight")));
    }

    [Fact]
    public void A_gradient_runs_over_the_layers_and_gives_its_first_value_to_the_rest()
    {
        models.Llama("a", layers: 5).Llama("b", layers: 5);
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
            Enumerable.Range(0, 5).Select(layer => Math.Round(Job(plan, $"model.layers.{layer}.mlp.up_proj.weight").Parameters.Number("t"), 12)));
        Assert.Equal(0.1, Job(plan, "lm_head.weight").Parameters.Number("t"));
        Assert.Equal(0.1, Job(plan, "model.norm.weight").Parameters.Number("t"));
    }

    [Fact]
    public void A_frankenmerge_renumbers_its_layers_and_takes_the_ends_from_the_outer_slices()
    {
        models.Llama("a", layers: 3).Llama("b", layers: 3);
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
        Assert.Equal("model.layers.1.mlp.up_proj.weight", Input(plan, "model.layers.2.mlp.up_proj.weight").Tensor.Name);
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
        models.Llama("base", layers: 3).Llama("a", layers: 3);
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
        Assert.Equal("model.layers.1.self_attn.q_proj.weight", job.Base!.Tensor.Name);
        Assert.Single(job.Inputs);
    }

    [Fact]
    public void Every_input_tensor_is_read_or_dropped_with_a_reason()
    {
        models.Llama("a", layers: 2).Llama("b", layers: 2, head: false);
        var plan = Plan("""
            merge_method: linear
            models:
              - model: ./b
                parameters: { weight: 1 }
              - model: ./a
                parameters: { weight: 1 }
            """);
        var accounted = plan.Jobs.SelectMany(job => job.Inputs).Select(input => (input.Model, input.Tensor.Name))
            .Concat(plan.Dropped.Select(dropped => (dropped.Model, dropped.Name)))
            .Distinct();
        Assert.Equal(plan.Models.Sum(model => model.Checkpoint.Tensors.Count), accounted.Count());
    }

    [Fact]
    public void A_config_that_counts_no_layers_keeps_its_lists()
    {
        models.Model("a", new Dictionary<string, long[]> { ["h.0.x"] = [1] }, config: """{"n_layer": 0, "pruned_heads": []}""");
        var plan = Plan("""
            merge_method: passthrough
            models:
              - model: ./a
            """);

        Assert.Equal("""{"n_layer":0,"pruned_heads":[]}""", JsonNode.Parse(plan.Config!)!.ToJsonString());
    }

    [Fact]
    public void Numbers_that_count_no_layers_cost_nothing_and_stay_in_their_names()
    {
        string[] names = [.. Enumerable.Range(10_000, 20_000).Select(stack => $"s{stack}.99999.x"), "s.007.x", "s.4000000000.x"];
        models.Model("a", names.ToDictionary(name => name, _ => new long[] { 1 }));
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
        models
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

        Assert.Equal([new DroppedTensor(1, "model.layers.0.up.bias", "./a has no such tensor")], plan.Dropped);
    }

    [Theory]
    [InlineData("""{"vocab_size": 8, "vocab_size": 9}""")]
    [InlineData("""{"rope": {"type": 1, "type": 2}}""")]
    [InlineData("""{"model_type": "\ud800"}""")]
    [InlineData("""["LlamaForCausalLM"]""")]
    [InlineData("{")]
    public void A_config_that_readers_understand_differently_is_refused(string config)
    {
        models.Model("a", new Dictionary<string, long[]> { ["lm_head.weight"] = [2, 2] }, config: config);

        var refusal = Assert.Throws<MergeOpsException>(() => Plan("""
            merge_method: passthrough
            models:
              - model: ./a
            """));

        Assert.Equal(Codes.ConfigUnreadable, refusal.Diagnostic.Code);
    }

    [Theory]
    [InlineData("config.json")]
    [InlineData("README.md")]
    public void A_description_that_is_a_link_out_of_the_models_folder_is_refused(string file)
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "links need a privilege on Windows");
        models.Llama("a", layers: 1);
        var link = Path.Combine(models.Path, "a", file);
        File.Move(Path.Combine(models.Path, "a", "config.json"), Path.Combine(models.Path, "foreign.json"));
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
        models.Llama("a", layers: 1, head: head1, tied: tied1).Llama("b", layers: 1, head: head2, tied: tied2);
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
            Assert.Equal("model.embed_tokens.weight", Job(plan, "lm_head.weight").Inputs[1].Tensor.Name);
        }
    }

    [Fact]
    public void Embeddings_of_different_sizes_share_their_common_rows()
    {
        models.Llama("a", layers: 1, vocabulary: 8).Llama("b", layers: 1, vocabulary: 6);
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

    [Fact]
    public void Models_of_different_depth_are_refused_with_both_depths()
    {
        models.Llama("a", layers: 2).Llama("b", layers: 3);
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
        models.Llama("a", layers: 2);
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

    [Fact]
    public void The_digest_hangs_on_decisions_and_not_on_the_folder()
    {
        const string Recipe = """
            merge_method: linear
            models:
              - model: ./a
                parameters: { weight: 1 }
              - model: ./b
                parameters: { weight: WEIGHT }
            """;
        models.Llama("a", layers: 2).Llama("b", layers: 2);
        using var elsewhere = new TemporaryModels();
        elsewhere.Llama("a", layers: 2).Llama("b", layers: 2);

        var one = Plan(Recipe.Replace("WEIGHT", "2", StringComparison.Ordinal));
        Assert.Equal(one.Digest, Plan(Recipe.Replace("WEIGHT", "2.0", StringComparison.Ordinal), elsewhere).Digest);
        Assert.NotEqual(one.Digest, Plan(Recipe.Replace("WEIGHT", "3", StringComparison.Ordinal)).Digest);
    }

    [Fact]
    public void A_changed_coefficient_for_one_layer_changes_that_layers_jobs_only()
    {
        const string Recipe = """
            merge_method: linear
            models:
              - model: ./a
                parameters: { weight: 1 }
              - model: ./b
                parameters:
                  weight:
                    - filter: layers.1.
                      value: WEIGHT
                    - value: 1
            """;
        models.Llama("a", layers: 3).Llama("b", layers: 3);
        var before = Plan(Recipe.Replace("WEIGHT", "2", StringComparison.Ordinal));
        var after = Plan(Recipe.Replace("WEIGHT", "3", StringComparison.Ordinal));
        var changed = before.Jobs.Zip(after.Jobs).Where(pair => pair.First.Digest != pair.Second.Digest).Select(pair => pair.First.Name);
        Assert.Equal(["model.layers.1.mlp.up_proj.weight", "model.layers.1.self_attn.q_proj.weight"], changed);
    }

    [Fact]
    public void A_filter_that_chooses_no_tensor_is_told_at_its_place()
    {
        models.Llama("a", layers: 2).Llama("b", layers: 2);

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
            models);

        Assert.NotNull(plan);
        var warning = Assert.Single(diagnostics);
        Assert.Equal((Codes.FilterWithoutTensor, Severity.Warning, 6), (warning.Code, warning.Severity, warning.Span?.Line));
        Assert.Equal("No tensor's name contains 'slef_attn'. Did you mean 'self_attn'?", warning.Detail);
    }

    [Fact]
    public void Licences_that_contradict_each_other_are_told_before_the_merge()
    {
        models.Llama("a", layers: 1).Llama("b", layers: 1);
        models.Recipe("---\nlicense: gpl-3.0\ntags: [small]\n---\n# A\n", "a/README.md");
        models.Recipe("---\nlicense:\n- cc-by-nc-4.0\n---\n", "b/README.md");

        var (plan, diagnostics) = TryPlan(
            """
            merge_method: linear
            models:
              - model: ./a
                parameters: { weight: 1 }
              - model: ./b
                parameters: { weight: 1 }
            """,
            models);

        Assert.NotNull(plan);
        var warning = Assert.Single(diagnostics);
        Assert.Equal((Codes.LicencesContradict, Severity.Warning, 1), (warning.Code, warning.Severity, warning.Span?.Line));
        Assert.Contains("'cc-by-nc-4.0' and 'gpl-3.0'", warning.Detail, StringComparison.Ordinal);
    }

    private MergePlan Plan(string yaml, TemporaryModels? folder = null)
    {
        var (plan, diagnostics) = TryPlan(yaml, folder ?? models);
        Assert.True(plan is not null, string.Join("\n", diagnostics));
        return plan;
    }

    private Diagnostic Refused(string yaml)
    {
        var (plan, diagnostics) = TryPlan(yaml, models);
        Assert.Null(plan);
        return Assert.Single(diagnostics, diagnostic => diagnostic.Severity == Severity.Error);
    }

    private static (MergePlan? Plan, DiagnosticBag Diagnostics) TryPlan(string yaml, TemporaryModels folder)
    {
        var (recipe, diagnostics) = RecipeReader.Read(folder.Recipe(yaml), MethodCatalogue.Default);
        Assert.True(recipe is not null, string.Join("\n", diagnostics));
        var facts = ModelFactsReader.Read(recipe, null, diagnostics);
        return (diagnostics.HasErrors ? null : Planner.Plan(recipe, MethodCatalogue.Default, facts, diagnostics), diagnostics);
    }

    private static TensorJob Job(MergePlan plan, string name) => plan.Jobs.Single(job => job.Name == name);

    private static JobInput Input(MergePlan plan, string name) => Job(plan, name).Inputs.Single();

    private static string ModelOf(MergePlan plan, string name) => plan.Models[Input(plan, name).Model].Reference.ToString();
}
