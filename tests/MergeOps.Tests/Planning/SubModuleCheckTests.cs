using MergeOps.Diagnostics;
using Xunit;

namespace MergeOps.Tests.Planning;

/// <summary>Models of sentence-transformers whose modules have weights.</summary>
public sealed class SubModuleCheckTests : PlanningTests
{
    private const string Merge = """
        merge_method: linear
        models:
          - model: ./a
            parameters: { weight: 1 }
          - model: ./b
            parameters: { weight: 1 }
        """;

    public SubModuleCheckTests() => Models.Llama("a", layers: 1).Llama("b", layers: 1);

    [Theory]
    [InlineData("2_Dense/model.safetensors")]
    [InlineData("2_Dense/pytorch_model.bin")]
    public void A_module_that_the_output_needs_is_an_error_at_the_model_that_gives_it(string weights)
    {
        GiveModules("a", "1_Pooling", "2_Dense");
        Give("a", weights);

        var refused = Refused(Merge);

        Assert.Equal((Codes.SubModuleLost, 3), (refused.Code, refused.Span?.Line));
        Assert.Contains("The weights of '2_Dense' of ./a cannot be merged yet", refused.Detail, StringComparison.Ordinal);
    }

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
        Give("b", "1_Dense/model.safetensors");

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

    private void GiveModules(string model, params string[] modules) => Give(
        model, "modules.json", $$"""[{"idx": 0, "path": "", "type": "sentence_transformers.models.Transformer"}{{string.Concat(modules.Select((path, i) => $$""", {"idx": {{i + 1}}, "path": "{{path}}"}"""))}}]""");

    private void Give(string model, string file, string text = "{}")
    {
        var path = Path.Combine(Models.Path, model, file);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllText(path, text);
    }
}
