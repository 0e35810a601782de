using MergeOps.Architectures;
using MergeOps.Diagnostics;
using Xunit;

namespace MergeOps.Tests.Architectures;

/// <summary>The parts of models of sentence-transformers, as versions of the library name them.</summary>
public sealed class SubModulesTests
{
    private const string Older = """
        [{"idx": 0, "name": "0", "path": "", "type": "sentence_transformers.models.Transformer"},
         {"idx": 1, "name": "1", "path": "1_Pooling", "type": "sentence_transformers.models.Pooling"},
         {"idx": 2, "name": "2", "path": "2_Dense", "type": "sentence_transformers.models.Dense"},
         {"idx": 3, "name": "3", "path": "3_Normalize", "type": "sentence_transformers.models.Normalize"}]
        """;

    private const string Newer = """
        [{"idx": 0, "name": "0", "path": ".", "type": "sentence_transformers.base.modules.transformer.Transformer"},
         {"idx": 1, "name": "1", "path": "1_Pooling/", "type": "sentence_transformers.sentence_transformer.modules.pooling.Pooling"},
         {"idx": 2, "name": "2", "path": "./2_Dense", "type": "sentence_transformers.base.modules.dense.Dense"}]
        """;

    [Theory]
    [InlineData(Older, "2_Dense/model.safetensors", "2_Dense")]
    [InlineData(Older, "2_Dense/pytorch_model.bin", "2_Dense")]
    [InlineData(Newer, "2_Dense/model.safetensors", "2_Dense")]
    [InlineData(Older, "2_Dense/config.json 1_Pooling/config.json model.safetensors", "")]
    [InlineData(Older, "checkpoint-500/model.safetensors onnx/model.safetensors 2_Denser/model.safetensors", "")]
    [InlineData(Older, "2_Dense/training_args.bin", "")]
    public void A_module_has_weights_when_a_file_of_its_folder_is_one(string modules, string paths, string withWeights) =>
        Assert.Equal(withWeights, string.Join(' ', SubModules.WithWeights(paths.Split(' '), file => file == "modules.json" ? modules : null)));

    [Theory]
    [InlineData("", "router_config.json", "query_0_StaticEmbedding document_0_Transformer")]
    [InlineData("0_Router", "0_Router/router_config.json", "0_Router/query_0_StaticEmbedding 0_Router/document_0_Transformer")]
    [InlineData("0_Asym", "0_Asym/config.json", "0_Asym/query_0_StaticEmbedding 0_Asym/document_0_Transformer")]
    public void The_modules_behind_a_router_are_found(string path, string routerFile, string withWeights)
    {
        var texts = new Dictionary<string, string>
        {
            ["modules.json"] = $$"""[{"idx": 0, "path": "{{path}}", "type": "sentence_transformers.models.Router"}]""",
            [routerFile] = """
                {"types": {"query_0_StaticEmbedding": "sentence_transformers.models.StaticEmbedding", "document_0_Transformer": "sentence_transformers.models.Transformer"},
                 "structure": {"query": ["query_0_StaticEmbedding"], "document": ["document_0_Transformer"]}}
                """,
        };
        var inside = path.Length == 0 ? "" : path + "/";

        var found = SubModules.WithWeights(
            [$"{inside}query_0_StaticEmbedding/model.safetensors", $"{inside}document_0_Transformer/model.safetensors"], texts.GetValueOrDefault);

        Assert.Equal(withWeights, string.Join(' ', found));
    }

    [Theory]
    [InlineData("""[{"path": "../other"}]""")]
    [InlineData("""[{"path": "C:\\models"}]""")]
    [InlineData("""[{"path": "/models/2_Dense"}]""")]
    [InlineData("""[{"path": "\\2_Dense"}]""")]
    [InlineData("""[{"path": "/"}]""")]
    [InlineData("{}")]
    [InlineData("[{")]
    [InlineData("""[{"path": "1", "path": "2"}]""")]
    [InlineData("""[{"path": "\ud800"}]""")]
    public void A_list_of_modules_that_is_none_or_leaves_the_folder_is_refused(string modules) =>
        Assert.Equal(Codes.ConfigUnreadable, Assert.Throws<MergeOpsException>(() => SubModules.In(file => file == "modules.json" ? modules : null)).Diagnostic.Code);
}
