using MergeOps.Diagnostics;
using Xunit;

namespace MergeOps.Tests.Planning;

/// <summary>Models whose components, modules of sentence-transformers and parts of pipelines, have weights of their own.</summary>
public sealed class ComponentCheckTests : PlanningTests
{
    private const string Merge = """
        merge_method: linear
        models:
          - model: ./a
            parameters: { weight: 1 }
          - model: ./b
            parameters: { weight: 1 }
        """;

    public ComponentCheckTests() => Models.Llama("a", layers: 1).Llama("b", layers: 1);

    [Fact]
    public void Modules_without_weights_are_merged_and_travel()
    {
        foreach (var model in new[] { "a", "b" })
        {
            GiveModules(model, "1_Pooling", "2_Normalize");
            Give(model, "1_Pooling/config.json", """{"pooling_mode": "mean", "embedding_dimension": 4}""");
        }

        Assert.Equal(["1_Pooling/config.json", "modules.json"], Plan(Merge).Companions.Select(companion => companion.Path));
    }

    [Fact]
    public void A_module_that_only_another_model_has_is_a_warning()
    {
        GiveModules("b", "1_Dense");
        GiveDense("b", "1_Dense");

        var (plan, diagnostics) = TryPlan(Merge, Models);

        Assert.NotNull(plan);
        Assert.Equal(5, Assert.Single(diagnostics, found => found.Code == Codes.SubModuleLost && found.Severity == Severity.Warning).Span?.Line);
    }

    [Fact]
    public void Folders_that_are_no_modules_are_only_mentioned()
    {
        GiveModules("a", "1_Pooling");
        Give("a", "checkpoint-500/model.safetensors");
        Give("a", "onnx/model.onnx");

        var (plan, diagnostics) = TryPlan(Merge, Models);

        Assert.NotNull(plan);
        Assert.Equal(Codes.FilesStayBehind, Assert.Single(diagnostics).Code);
    }

    [Fact]
    public void A_module_that_another_model_lacks_is_refused_with_the_recipe_that_copies_it()
    {
        GiveModules("a", "1_Dense");
        GiveDense("a", "1_Dense");

        var refused = Refused(Merge);

        Assert.Equal((Codes.ComponentsDiffer, 5), (refused.Code, refused.Span?.Line));
        Assert.Contains("./a has '1_Dense' with weights of its own, and ./b has none. To copy it from ./a, list under 'modules' only text_decoder", refused.Detail, StringComparison.Ordinal);
        var plan = Plan("""
            merge_method: linear
            parameters: { weight: 1 }
            modules:
              text_decoder:
                models: [{ model: ./a }, { model: ./b }]
            """);
        Assert.Equal("./a", ModelOf(plan, "1_Dense/linear.weight"));
        Assert.Equal(2, Job(plan, "model.norm.weight").Inputs.Length);
    }

    [Theory]
    [InlineData("""{"in_features": 4, "out_features": 2, "bias": false, "activation_function": "torch.nn.modules.activation.Tanh"}""", """{"in_features": 4, "out_features": 2, "bias": false, "activation_function": "torch.nn.modules.linear.Identity"}""", "activation_function Tanh in ./a, Identity in ./b")]
    [InlineData("""{"in_features": 4, "out_features": 2}""", """{"in_features": 4, "out_features": 3}""", "out_features 2 in ./a, 3 in ./b")]
    public void A_module_that_is_another_function_is_refused_by_its_settings(string first, string second, string values)
    {
        foreach (var (model, settings) in new[] { ("a", first), ("b", second) })
        {
            GiveModules(model, "1_Dense");
            GiveDense(model, "1_Dense");
            Give(model, "1_Dense/config.json", settings);
        }

        var refused = Refused(Merge);

        Assert.Equal((Codes.ComponentsDiffer, 5), (refused.Code, refused.Span?.Line));
        Assert.Contains($"'1_Dense/config.json': {values}.", refused.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public void The_same_module_in_the_words_of_two_versions_of_the_library_is_one()
    {
        GiveModules("a", "1_Dense");
        GiveModules("b", "1_Dense");
        GiveDense("a", "1_Dense");
        GiveDense("b", "1_Dense");
        Give("a", "1_Dense/config.json", """{"in_features": 4, "out_features": 2, "bias": false, "activation_function": "torch.nn.modules.linear.Identity"}""");
        Give("b", "1_Dense/config.json", """{"in_features": 4, "out_features": 2, "bias": false, "activation_function": "torch.nn.Identity", "module_input_name": "sentence_embedding"}""");

        var (plan, diagnostics) = TryPlan(Merge, Models);

        Assert.NotNull(plan);
        Assert.Empty(diagnostics);
    }

    [Fact]
    public void Modules_of_other_kinds_are_refused_by_their_kinds()
    {
        foreach (var (model, kind) in new[] { ("a", "Dense"), ("b", "LayerNorm") })
        {
            Give(model, "modules.json", $$"""[{"path": "", "type": "sentence_transformers.models.Transformer"}, {"path": "1_X", "type": "sentence_transformers.models.{{kind}}"}]""");
            GiveDense(model, "1_X");
        }

        Assert.Contains("'1_X' is 'Dense' in ./a and 'LayerNorm' in ./b", Refused(Merge).Detail, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("2_Dense", "2_Dense/linear.weight", 0.25)]
    [InlineData("linear", "2_Dense/linear.weight", 0.25)]
    [InlineData("2_Dense", "model.norm.weight", 0.75)]
    public void A_filter_reaches_a_module_by_its_folder_and_by_its_tensors(string filter, string tensor, double weight)
    {
        foreach (var model in new[] { "a", "b" })
        {
            GiveModules(model, "2_Dense");
            GiveDense(model, "2_Dense");
        }

        var plan = Plan($$"""
            merge_method: linear
            models:
              - model: ./a
                parameters: { weight: [{ filter: {{filter}}, value: 0.25 }, { value: 0.75 }] }
              - model: ./b
                parameters: { weight: 1 }
            """);

        Assert.Equal(weight, Number(Job(plan, tensor).Inputs[0].Parameters, "weight"));
    }

    [Fact]
    public void A_transformer_in_a_folder_of_its_own_is_merged_with_its_tokenizer_and_config()
    {
        foreach (var model in new[] { "a", "b" })
        {
            Give(model, "modules.json", """[{"path": "0_Transformer", "type": "sentence_transformers.models.Transformer"}, {"path": "1_Pooling", "type": "sentence_transformers.models.Pooling"}]""");
            GiveFolder(model, "0_Transformer", ("embeddings.word_embeddings.weight", [8, 4]), ("encoder.layer.0.output.dense.weight", [4, 4]));
            Give(model, "0_Transformer/config.json", """{"model_type": "bert"}""");
            Give(model, "0_Transformer/vocab.txt", "a\nb\n");
            Give(model, "1_Pooling/config.json");
            File.Delete(Path.Combine(Models.Path, model, "model.safetensors"));
            File.Delete(Path.Combine(Models.Path, model, "config.json"));
        }

        var plan = Plan(Merge);

        Assert.Equal(["0_Transformer/embeddings.word_embeddings.weight", "0_Transformer/encoder.layer.0.output.dense.weight"], plan.Jobs.Select(job => job.Name));
        Assert.Equal(["0_Transformer/config.json", "0_Transformer/vocab.txt", "1_Pooling/config.json", "modules.json"], plan.Companions.Select(companion => companion.Path));
    }

    [Fact]
    public void A_folder_with_another_list_of_tokens_is_refused()
    {
        foreach (var (model, tokens) in new[] { ("a", "a\nb\n"), ("b", "b\na\n") })
        {
            Give(model, "modules.json", """[{"path": "0_StaticEmbedding", "type": "sentence_transformers.models.StaticEmbedding"}]""");
            GiveFolder(model, "0_StaticEmbedding", ("embedding.weight", [2, 4]));
            Give(model, "0_StaticEmbedding/tokenizer.json", tokens);
            File.Delete(Path.Combine(Models.Path, model, "model.safetensors"));
        }

        var refused = Refused(Merge);

        Assert.Equal((Codes.ComponentVocabulariesDiffer, 5), (refused.Code, refused.Span?.Line));
        Assert.Contains("'0_StaticEmbedding/tokenizer.json' of ./b is not that of ./a", refused.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public void A_tensor_that_is_called_like_one_of_a_module_is_refused()
    {
        GiveModules("a", "2_Dense");
        GiveDense("a", "2_Dense");
        Models.Model("a", new Dictionary<string, long[]> { ["2_Dense/linear.weight"] = [2, 4] });

        var (recipe, found) = MergeOps.Recipes.Validation.RecipeReader.Read(Models.Recipe(Merge), MergeOps.Tests.Recipes.RecipeText.Catalogue);
        MergeOps.Sources.ModelMetadataReader.Read(TestEnvironment.OfThisProcess, recipe!, null, found);

        Assert.Contains(found, diagnostic => diagnostic.Code == Codes.ComponentNameTaken);
    }

    [Theory]
    [InlineData("a", "b", true)]
    [InlineData("b", "a", false)]
    public void A_pooler_that_only_one_model_stores_is_copied_or_left_out_since_no_sentence_needs_it(string first, string second, bool isCopied)
    {
        GiveModules("a", "1_Pooling");
        GiveModules("b", "1_Pooling");
        var tensors = new Dictionary<string, long[]> { ["embeddings.word_embeddings.weight"] = [8, 4], ["encoder.layer.0.output.dense.weight"] = [4, 4] };
        Models.Model("b", tensors);
        Models.Model("a", new Dictionary<string, long[]>(tensors) { ["pooler.dense.weight"] = [4, 4] });

        var (plan, found) = TryPlan($$"""
            merge_method: repeated_slerp
            models: [{ model: ./{{first}} }, { model: ./{{second}} }]
            parameters: { t: [0.3] }
            """, Models);

        Assert.NotNull(plan);
        Assert.Empty(found);
        Assert.Equal(isCopied ? ["./a"] : [], plan.Jobs.Where(job => job.Name == "pooler.dense.weight").Select(job => plan.Models[job.Inputs.Single().Model].Reference.ToString()));
    }

    [Fact]
    public void A_pooler_that_a_model_of_another_kind_lacks_is_missing()
    {
        Models.Model("b", new Dictionary<string, long[]> { ["encoder.layer.0.output.dense.weight"] = [4, 4] });
        Models.Model("a", new Dictionary<string, long[]> { ["encoder.layer.0.output.dense.weight"] = [4, 4], ["pooler.dense.weight"] = [4, 4] });

        Assert.Equal(Codes.TensorMissing, Refused(Merge).Code);
    }

    private void GiveModules(string model, params string[] modules) => Give(
        model, "modules.json", $$"""[{"idx": 0, "path": "", "type": "sentence_transformers.models.Transformer"}{{string.Concat(modules.Select((path, i) => $$""", {"idx": {{i + 1}}, "path": "{{path}}"}"""))}}]""");

    private void Give(string model, string file, string text = "{}")
    {
        var path = Path.Combine(Models.Path, model, file);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllText(path, text);
    }

    private void GiveDense(string model, string module) => GiveFolder(model, module, ("linear.weight", [2, 4]));

    private void GiveFolder(string model, string module, params (string Name, long[] Shape)[] tensors) =>
        Models.Mixed($"{model}/{module}", null, [.. tensors.Select(tensor => (tensor.Name, MergeOps.Tensors.DType.F32, tensor.Shape))]);
}
