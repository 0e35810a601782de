using System.Text.Json.Nodes;
using MergeOps.Diagnostics;
using MergeOps.Planning;
using MergeOps.Tensors;
using Xunit;

namespace MergeOps.Tests.Planning;

/// <summary>Models of several parts: each is merged by itself, or comes from one model as it is.</summary>
public sealed class ModulesTests : PlanningTests
{
    private const string Config = """{"text_config": {"num_hidden_layers": 3, "hidden_size": 2, "tie_word_embeddings": true}, "vision_config": {"num_hidden_layers": 2}}""";

    // as checkpoints of Gemma 3, Qwen2-VL and transformers 5 name them
    private static readonly string[][] Namings =
    [
        ["language_model.model.embed_tokens.weight", "language_model.model.layers.N.mlp.up_proj.weight", "vision_tower.vision_model.encoder.layers.N.mlp.fc1.weight", "multi_modal_projector.mm_input_projection_weight"],
        ["model.embed_tokens.weight", "model.layers.N.mlp.up_proj.weight", "visual.blocks.N.mlp.fc1.weight", "visual.merger.mlp.0.weight"],
        ["model.language_model.embed_tokens.weight", "model.language_model.layers.N.mlp.up_proj.weight", "model.vision_tower.vision_model.encoder.layers.N.mlp.fc1.weight", "model.multi_modal_projector.linear.weight"],
    ];

    private const string Modules = """
        merge_method: slerp
        base_model: ./a
        parameters: { t: 0.5 }
        modules:
          text_decoder:
            models: [{ model: ./a }, { model: ./b }]
          vision_tower:
            models: [{ model: ./b }]
          multi_modal_projector:
            models: [{ model: ./a }]
        """;

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    public void A_module_of_one_model_passes_through_and_the_others_are_merged(int naming)
    {
        Write("a", Namings[naming]);
        Write("b", Namings[naming]);

        var plan = Plan(Modules);

        Assert.All(plan.Jobs, job => Assert.Equal(
            job.Name.Contains("fc1", StringComparison.Ordinal) ? "copy of ./b" : job.Name.Contains("up_proj", StringComparison.Ordinal) || job.Name.Contains("embed_tokens", StringComparison.Ordinal) ? "merge" : "copy of ./a",
            What(plan, job)));
        Assert.Equal(plan.Models[0].Checkpoint.Tensors.Keys, plan.Jobs.Select(job => job.Name));
    }

    [Fact]
    public void What_no_module_has_is_copied_from_the_base_and_said()
    {
        Write("a", Namings[0]);
        Write("b", Namings[0]);

        var (plan, found) = TryPlan("""
            merge_method: slerp
            base_model: ./a
            parameters: { t: 0.5 }
            modules:
              text_decoder:
                models: [{ model: ./a }, { model: ./b }]
            """, Models);

        Assert.Equal(plan!.Models[0].Checkpoint.Tensors.Keys, plan.Jobs.Select(job => job.Name));
        Assert.All(plan.Jobs.Where(job => !job.Name.StartsWith("language_model", StringComparison.Ordinal)), job => Assert.Equal("copy of ./a", What(plan, job)));
        Assert.Contains("the output has those of ./a", Assert.Single(found, note => note.Code == Codes.RestCopied).Detail, StringComparison.Ordinal);
    }

    [Fact]
    public void The_layers_of_a_language_model_are_put_together_and_those_of_its_tower_stay()
    {
        Write("a", Namings[0]);
        Write("b", Namings[0]);

        var plan = Plan("""
            merge_method: passthrough
            modules:
              text_decoder:
                slices:
                  - sources: [{ model: ./a, layer_range: [0, 3] }]
                  - sources: [{ model: ./b, layer_range: [1, 3] }]
              vision_tower:
                models: [{ model: ./b }]
            """);

        Assert.Equal(("./b", "language_model.model.layers.1.mlp.up_proj.weight"), (ModelOf(plan, "language_model.model.layers.3.mlp.up_proj.weight"), Input(plan, "language_model.model.layers.3.mlp.up_proj.weight").Source.Name));
        Assert.Equal(2, plan.Jobs.Count(job => job.Name.StartsWith("vision_tower", StringComparison.Ordinal)));
        Assert.Equal((5, 2), ((int)JsonNode.Parse(plan.Config!)!["text_config"]!["num_hidden_layers"]!, (int)JsonNode.Parse(plan.Config!)!["vision_config"]!["num_hidden_layers"]!));
    }

    [Fact]
    public void A_text_model_is_merged_into_the_language_model_of_one_of_several_parts()
    {
        Write("a", Namings[0]);
        Write("b", ["model.embed_tokens.weight", "model.layers.N.mlp.up_proj.weight"]);

        var plan = Plan("""
            merge_method: linear
            base_model: ./a
            parameters: { weight: 0.5 }
            modules:
              text_decoder:
                models: [{ model: ./a }, { model: ./b }]
            architecture_overrides:
              names: [{ model: ./b, from: model, to: language_model.model }]
            """);

        Assert.Equal(["./a", "./b"], Job(plan, "language_model.model.layers.2.mlp.up_proj.weight").Inputs.Select(input => plan.Models[input.Model].Reference.ToString()));
        Assert.Equal("copy of ./a", What(plan, Job(plan, "multi_modal_projector.mm_input_projection_weight")));
        Assert.Empty(plan.Dropped);
    }

    [Theory]
    [InlineData(0, "\narchitecture_overrides:\n  names:\n    - { model: ./b, from: model, to: language_model.model }")]
    [InlineData(1, "")]
    public void A_text_model_beside_one_of_several_parts_is_told_how_to_merge_the_language_models(int naming, string names)
    {
        Write("a", Namings[naming]);
        Write("b", ["model.embed_tokens.weight", "model.layers.N.mlp.up_proj.weight"]);
        const string Plain = """
            merge_method: linear
            parameters: { weight: 0.5 }
            models: [{ model: ./a }, { model: ./b }]
            """;

        var advice = Refused(Plain).Detail;

        Assert.Contains("./a has parts that ./b lacks: ", advice, StringComparison.Ordinal);
        Assert.EndsWith($"\nmodules:\n  text_decoder:\n    models: …{names}", advice, StringComparison.Ordinal);
        Assert.Equal(
            Namings[naming][2..].Order(StringComparer.Ordinal),
            Plan(Plain.Replace("models:", "modules:\n  text_decoder:\n    models:", StringComparison.Ordinal) + names).Jobs
                .Where(job => job.Kind == JobKind.Copy).Select(job => MergeOps.Architectures.TensorNames.PatternOf(job.Name)).Distinct()
                .Select(pattern => pattern.Replace("mlp.N.", "mlp.0.", StringComparison.Ordinal)).Order(StringComparer.Ordinal));
    }

    [Theory]
    [InlineData("vision_tower.encoder.layers.0.attn.weight", "vision_tower")]
    [InlineData("visual.merger.mlp.0.weight", "multi_modal_projector")]
    [InlineData("visual.blocks.0.attn.qkv.weight", "vision_tower")]
    [InlineData("model.connector.modality_projection.proj.weight", "multi_modal_projector")]
    [InlineData("model.text_model.layers.0.mlp.up_proj.weight", "text_decoder")]
    [InlineData("mlp1.1.weight", "multi_modal_projector")]
    [InlineData("lm_head.weight", "text_decoder")]
    [InlineData("thinker.audio_tower.conv1.weight", null)]
    [InlineData("model.layers.0.vision_tower.weight", "text_decoder")]
    public void The_part_of_a_tensor_is_told_by_the_last_word_before_the_first_number(string name, string? module) =>
        Assert.Equal(module, new MergeOps.Architectures.ModelParts(["text_decoder", "vision_tower", "multi_modal_projector"], []).ModuleOf(name));

    [Theory]
    [InlineData("vision_tower", "audio_tower", "MOPS429 7", "'audio_tower'")]
    [InlineData("vision_tower", "visoin_tower", "MOPS429 7", "'visoin_tower'")]
    public void A_module_that_no_tensor_belongs_to_is_refused_at_its_name(string module, string other, string place, string said)
    {
        Write("a", Namings[0]);
        Write("b", Namings[0]);

        var refused = Refused(Modules.Replace($"  {module}:\n    models: [{{ model: ./b }}]", $"  {other}:\n    models: [{{ model: ./b }}]", StringComparison.Ordinal));

        Assert.Equal(place, $"{refused.Code.Id} {refused.Span?.Line}");
        Assert.Contains(said, refused.Detail, StringComparison.Ordinal);
    }

    // older libraries stored the one embedding of T5 three times; a loader takes any of them for all
    [Theory]
    [InlineData(true, true)]
    [InlineData(true, false)]
    [InlineData(false, true)]
    public void An_embedding_that_is_stored_several_times_is_one_whichever_module_its_copies_lie_in(bool isFirstOld, bool isSecondOld)
    {
        Write("a", isFirstOld);
        Write("b", isSecondOld);

        var plan = Plan("""
            merge_method: linear
            base_model: ./a
            modules:
              encoder:
                models: [{ model: ./a, parameters: { weight: 0.4 } }, { model: ./b, parameters: { weight: 0.6 } }]
              decoder:
                models: [{ model: ./b }]
            """);

        Assert.Equal(
            ["decoder.block.0.layer.0.SelfAttention.q.weight: copy of ./b", "encoder.block.0.layer.0.SelfAttention.q.weight: merge", "shared.weight: copy of ./a"],
            plan.Jobs.Select(job => $"{job.Name}: {What(plan, job)}"));

        void Write(string model, bool isOld)
        {
            (string, DType, long[])[] tensors =
            [
                ("shared.weight", DType.F32, [8, 4]), ("encoder.block.0.layer.0.SelfAttention.q.weight", DType.F32, [4, 4]), ("decoder.block.0.layer.0.SelfAttention.q.weight", DType.F32, [4, 4]),
                .. isOld ? new (string, DType, long[])[] { ("encoder.embed_tokens.weight", DType.F32, [8, 4]), ("decoder.embed_tokens.weight", DType.F32, [8, 4]) } : [],
            ];
            Models.Mixed(model, """{"model_type": "t5", "tie_word_embeddings": true}""", tensors);
        }
    }

    private static string What(MergePlan plan, TensorJob job) =>
        job.Kind == JobKind.Copy ? $"copy of {plan.Models[job.Inputs[0].Model].Reference}" : "merge";

    private void Write(string model, string[] patterns) => Models.Mixed(model, Config,
    [
        .. from pattern in patterns
           from layer in Enumerable.Range(0, !pattern.Contains(".N.", StringComparison.Ordinal) ? 1 : pattern.Contains("up_proj", StringComparison.Ordinal) ? 3 : 2)
           select (pattern.Replace(".N.", $".{layer}.", StringComparison.Ordinal), DType.F32, pattern.Contains("embed", StringComparison.Ordinal) ? new long[] { 8, 2 } : [2]),
    ]);
}
