using System.Text.Json.Nodes;
using MergeOps.Diagnostics;
using MergeOps.Planning;
using MergeOps.Recipes.Validation;
using MergeOps.Tensors;
using MergeOps.Tests.Recipes;
using Xunit;

namespace MergeOps.Tests.Planning;

/// <summary>Plans whose output is an adapter: what gets factors, what is left out, and what is refused before a weight is read.</summary>
public sealed class LoraOutputPlanTests : PlanningTests
{
    private const string Query = "base_model.model.model.layers.0.self_attn.q_proj";

    public LoraOutputPlanTests() => Models.Llama("base", layers: 1).Llama("tuned", layers: 1);

    [Fact]
    public void Linear_layers_get_factors_and_nothing_else_is_written()
    {
        var plan = Plan(Recipe("rank: 2"));

        Assert.Contains(plan.Jobs, job => job.Name == $"{Query}.lora_A.weight" && job.Shape.SequenceEqual([2, 4]));
        Assert.Contains(plan.Jobs, job => job.Name == $"{Query}.lora_B.weight" && job.Shape.SequenceEqual([4, 2]));
        Assert.All(plan.Jobs, job => Assert.NotNull(job.Factor));
        Assert.Contains(plan.Lora!.LeftOut, job => job.Name == "model.embed_tokens.weight");
        Assert.Contains(plan.Lora.LeftOut, job => job.Name == "model.norm.weight");
        Assert.Null(plan.Config);
        Assert.Empty(plan.Companions);
        Assert.Equal(["adapter_config.json"], plan.NewFiles.Keys);
    }

    [Fact]
    public void The_plan_says_what_the_adapter_does_not_hold()
    {
        var (_, found) = TryPlan(Recipe("rank: 2"), Models);

        var note = Assert.Single(found, one => one.Code == Codes.LoraLeavesOut);
        Assert.Equal(Severity.Note, note.Severity);
        Assert.Contains("'model.norm.weight'", note.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public void Rank_scale_modules_and_space_are_part_of_the_digest()
    {
        var recipes = new[] { "rank: 2", "rank: 1", "rank: 2, alpha: 4", "rank: 2, target_modules: [q_proj]", "rank: 2, exclude_modules: [q_proj]", "rank: 2, modules_to_save: [norm]" };

        var digests = recipes.Select(lora => Plan(Recipe(lora)).Digest).ToList();

        Assert.Equal(digests.Count, digests.Distinct().Count());
        Assert.Equal(digests[0], Plan(Recipe("rank: 2, space: full")).Digest);
    }

    // CLIP and its relatives cut images into patches with a convolution of this name; PEFT's factors of one are convolutions, too
    [Fact]
    public void A_convolution_with_the_name_of_a_table_gets_the_factors_of_a_convolution()
    {
        var shapes = new Dictionary<string, long[]> { ["vision_model.embeddings.patch_embedding.weight"] = [8, 3, 2, 2] };
        Models.Model("one", shapes).Model("other", shapes);

        var plan = Plan("merge_method: task_arithmetic\nbase_model: ./one\nmodels:\n  - model: ./other\n    parameters: { weight: 1 }\noutput: { lora: { rank: 2, target_modules: [patch_embedding] } }\n");

        const string Module = "base_model.model.vision_model.embeddings.patch_embedding";
        Assert.Equal([$"{Module}.lora_A.weight", $"{Module}.lora_B.weight"], plan.Jobs.Select(job => job.Name));
        Assert.Equal([[2, 3, 2, 2], [8, 2, 1, 1]], plan.Jobs.Select(job => job.Shape.ToArray()));
    }

    [Fact]
    public void A_short_side_has_its_own_rank()
    {
        var shapes = new Dictionary<string, long[]> { ["wide.weight"] = [8, 8], ["narrow.weight"] = [3, 8] };
        Models.Model("one", shapes).Model("other", shapes);

        var settings = Settings(Plan("merge_method: task_arithmetic\nbase_model: ./one\nmodels:\n  - model: ./other\n    parameters: { weight: 1 }\noutput: { lora: { rank: 64, alpha: 32 } }\n"));

        Assert.Equal("""{"narrow":3}""", settings["rank_pattern"]!.ToJsonString());
        Assert.Equal(8, (int)settings["r"]!);
        Assert.Equal(32, (int)settings["lora_alpha"]!);
    }

    [Theory]
    [InlineData("rank: 2, target_modules: [q_prj]", "No module of the base is called 'q_prj'. Did you mean 'q_proj'?")]
    [InlineData("rank: 2, exclude_modules: [proj]", "called 'proj'")]
    [InlineData("rank: 2, modules_to_save: [nrm]", "Did you mean 'norm'?")]
    public void Names_that_no_module_has_are_errors(string lora, string reason)
    {
        var error = Refused(Recipe(lora));

        Assert.Equal(Codes.LoraModuleUnknown, error.Code);
        Assert.Contains(reason, error.Detail, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("rank: 2, target_modules: [norm]", "'model.norm.weight' is [4], which is neither a matrix nor a convolution of all inputs. Name it in 'modules_to_save'")]
    [InlineData("rank: 2, target_modules: [q_proj], exclude_modules: [q_proj]", "nothing that it may hold differs from the base")]
    [InlineData("rank: 2, target_modules: [q_proj], exclude_modules: [q_proj], modules_to_save: [norm]", "it holds only whole modules")]
    public void What_no_adapter_can_hold_is_refused(string lora, string reason)
    {
        var error = Refused(Recipe(lora));

        Assert.Equal(Codes.LoraOutputRefused, error.Code);
        Assert.Contains(reason, error.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public void A_merge_that_changes_nothing_is_no_adapter()
    {
        var error = Refused("merge_method: task_arithmetic\nbase_model: ./base\nmodels:\n  - model: ./tuned\n    parameters: { weight: 0 }\noutput: { lora: { rank: 2 } }\n");

        Assert.Equal(Codes.LoraOutputRefused, error.Code);
    }

    [Fact]
    public void A_head_that_is_the_embedding_is_held_with_it_or_not_at_all()
    {
        Models.Llama("tied", layers: 1, head: false, tied: true).Llama("tied_tuned", layers: 1, head: false, tied: true);
        const string Tied = "merge_method: task_arithmetic\nbase_model: ./tied\nmodels:\n  - model: ./tied_tuned\n    parameters: { weight: 1 }\noutput: { lora: { rank: 2, LORA } }\n";

        foreach (var lora in new[] { "target_modules: [embed_tokens]", "modules_to_save: [embed_tokens]", "modules_to_save: [lm_head]" })
        {
            Assert.Null(TryPlan(Tied.Replace("LORA", lora, StringComparison.Ordinal), Models).Plan);
        }

        var plan = Plan(Tied.Replace("LORA", "modules_to_save: [embed_tokens, lm_head]", StringComparison.Ordinal));
        Assert.Contains(plan.Jobs, job => job.Name == "base_model.model.lm_head.weight");
        Assert.Contains(plan.Jobs, job => job.Name == "base_model.model.model.embed_tokens.weight");
        Assert.Equal(["embed_tokens", "lm_head"], Settings(plan)["modules_to_save"]!.AsArray().Select(name => (string)name!).Order());
    }

    [Fact]
    public void Half_of_the_layers_is_named_one_by_one()
    {
        Models.Llama("deep", layers: 2).Llama("deep_tuned", layers: 2);

        var settings = Settings(Plan("merge_method: task_arithmetic\nbase_model: ./deep\nmodels:\n  - model: ./deep_tuned\n    parameters: { weight: 1 }\noutput: { lora: { rank: 2, target_modules: [layers.1.self_attn.q_proj, up_proj] } }\n"));

        Assert.Equal(["model.layers.1.self_attn.q_proj", "up_proj"], settings["target_modules"]!.AsArray().Select(name => (string)name!));
    }

    [Theory]
    [InlineData("merge_method: linear\nmodels: [{ model: ./tuned, parameters: { weight: 1 } }]", "rank: 2", "An adapter needs 'base_model'")]
    [InlineData("merge_method: task_arithmetic\nbase_model: ./base+./lora\nmodels: [{ model: ./tuned, parameters: { weight: 1 } }]", "rank: 2", "An adapter changes one model")]
    [InlineData("merge_method: passthrough\nbase_model: ./base\nslices: [{ sources: [{ model: ./tuned, layer_range: [0, 1] }] }]", "rank: 2", "An adapter has the base's layers")]
    [InlineData("merge_method: task_arithmetic\nbase_model: ./base\ntokenizer_source: union\nmodels: [{ model: ./tuned, parameters: { weight: 1 } }]", "rank: 2", "An adapter has the base's tokenizer")]
    [InlineData("merge_method: task_arithmetic\nbase_model: ./base\nmodels: [{ model: ./tuned+./lora, parameters: { weight: 1 } }]", "rank: 2", "is on './tuned', and 'base_model' is './base'")]
    [InlineData("merge_method: task_arithmetic\nbase_model: ./base\nmodels: [{ model: ./tuned, parameters: { weight: 1 } }]", "rank: 2, space: core", "The core space is that of adapters")]
    [InlineData("merge_method: linear\nbase_model: ./base\nmodels: [{ model: ./base+./lora, parameters: { weight: 1 } }]", "rank: 2, space: core", "'linear' merges whole weights")]
    [InlineData("merge_method: task_arithmetic\nbase_model: ./base\nmodels: [{ model: ./tuned, parameters: { weight: 1 } }]", "rank: 0", "'rank' must be a whole number from 1")]
    [InlineData("merge_method: task_arithmetic\nbase_model: ./base\nmodels: [{ model: ./tuned, parameters: { weight: 1 } }]", "rank: 2, alpha: 0", "'alpha' must be above 0")]
    [InlineData("merge_method: task_arithmetic\nbase_model: ./base\nmodels: [{ model: ./tuned, parameters: { weight: 1 } }]", "rank: 2, space: corr", "Did you mean 'core'?")]
    [InlineData("merge_method: task_arithmetic\nbase_model: ./base\nmodels: [{ model: ./tuned, parameters: { weight: 1 } }]", "alpha: 2", "'rank' is missing")]
    [InlineData("merge_method: task_arithmetic\nbase_model: ./base\nmodels: [{ model: ./tuned, parameters: { weight: 1 } }]", "rank: 2, target_modules: []", "'target_modules' is empty")]
    public void Recipes_that_make_no_adapter_are_refused_before_any_model_is_looked_at(string recipe, string lora, string reason)
    {
        Models.Adapter("lora", """{"peft_type": "LORA", "r": 2}""", ($"{Query}.lora_A.weight", DType.F32, [2, 4]), ($"{Query}.lora_B.weight", DType.F32, [4, 2]));

        var (_, found) = RecipeReader.Read(Models.Recipe($"{recipe}\noutput: {{ lora: {{ {lora} }} }}\n"), RecipeText.Catalogue);

        var error = Assert.Single(found, one => one.Severity is Severity.Error);
        Assert.Contains(reason, error.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public void Adapters_of_one_base_are_merged_in_the_core_space_and_models_are_not()
    {
        Models.Adapter("lora", """{"peft_type": "LORA", "r": 2}""", ($"{Query}.lora_A.weight", DType.F32, [2, 4]), ($"{Query}.lora_B.weight", DType.F32, [4, 2]));

        var plan = Plan("merge_method: ties\nbase_model: ./base\nmodels:\n  - model: ./base+./lora\n    parameters: { weight: 1, density: 0.5 }\noutput: { lora: { rank: 2 } }\n");

        Assert.True(plan.Lora!.IsCore);
        Assert.Empty(plan.Lora.LeftOut);
        Assert.Equal([$"{Query}.lora_A.weight", $"{Query}.lora_B.weight"], plan.Jobs.Select(job => job.Name));
        Assert.DoesNotContain(plan.FilesRead, file => plan.Owners[file.Model].Reference.Path == "./base");
        Assert.False(Plan(Recipe("rank: 2")).Lora!.IsCore);
    }

    [Fact]
    public void What_is_decided_is_in_the_written_plan()
    {
        var (recipe, _) = RecipeReader.Read(Models.Recipe(Recipe("rank: 2")), RecipeText.Catalogue);

        var json = JsonNode.Parse(PlanJson.Write(recipe!, Plan(Recipe("rank: 2"))))!;

        Assert.Equal(2, (int)json["lora"]!["rank"]!);
        Assert.Equal("full", (string)json["lora"]!["space"]!);
        Assert.Contains("model.norm.weight", json["lora"]!["leftOut"]!.AsArray().Select(name => (string)name!));
        Assert.Equal("model.layers.0.self_attn.q_proj", (string)json["tensors"]!.AsArray().Single(job => (string)job!["name"]! == $"{Query}.lora_A.weight")!["factor"]!["module"]!);
    }

    private static string Recipe(string lora) =>
        $"merge_method: task_arithmetic\nbase_model: ./base\nmodels:\n  - model: ./tuned\n    parameters: {{ weight: 1 }}\noutput: {{ lora: {{ {lora} }} }}\n";

    private static JsonNode Settings(MergePlan plan) => JsonNode.Parse(plan.NewFiles["adapter_config.json"])!;
}
