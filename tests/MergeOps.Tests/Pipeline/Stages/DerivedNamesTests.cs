using MergeOps.Diagnostics;
using MergeOps.Pipeline.Stages;
using MergeOps.Recipes;
using Xunit;

namespace MergeOps.Tests.Pipeline.Stages;

public sealed class DerivedNamesTests
{
    private static readonly SourceSpan Span = SourceSpan.File("recipe.yml");

    [Theory]
    [InlineData("onnx/model.onnx")]
    [InlineData("onnx/config.json")]
    [InlineData("model-q4_k_m.gguf")]
    [InlineData("openvino/openvino_model.bin")]
    public void A_folder_of_its_own_or_a_name_that_no_loader_takes_is_free(string path) => Assert.Null(Objection(path));

    [Theory]
    [InlineData("config.json")]
    [InlineData("tokenizer.json")]
    [InlineData("generation_config.json")]
    [InlineData("adapter_config.json")]
    [InlineData("special_tokens_map.json")]
    [InlineData("pytorch_model.bin")]
    [InlineData("modeling_x.py")]
    [InlineData("Config.json")]
    [InlineData("config.json/a")]
    [InlineData("README.MD")]
    [InlineData("publication.json")]
    [InlineData("model.sig")]
    [InlineData("mergeops.lock.yml")]
    [InlineData("Unet/model.onnx")]
    [InlineData("LICENSE")]
    public void A_name_of_the_models_own_or_one_that_loaders_take_for_it_is_refused(string path) =>
        Assert.Contains("Give it a folder of its own", Objection(path), StringComparison.Ordinal);

    [Theory]
    [InlineData("onnx/model.safetensors")]
    [InlineData("model.safetensors.index.json")]
    [InlineData("x/Model.SafeTensors")]
    public void Weights_in_safetensors_belong_to_the_model_wherever_they_lie(string path) =>
        Assert.Contains("Give other weights a place of their own with 'to'", Objection(path), StringComparison.Ordinal);

    [Theory]
    [InlineData("config.json", null)]
    [InlineData("model.safetensors", null)]
    [InlineData("model-q4_k_m.gguf", null)]
    [InlineData("readme.md", "files that a publication writes itself")]
    [InlineData("publication.json", "files that a publication writes itself")]
    [InlineData("model.sig", "files that a publication writes itself")]
    [InlineData(".gitattributes", "hidden name")]
    public void In_a_place_of_their_own_any_names_are_free_but_those_of_the_publication(string path, string? objection)
    {
        var answer = DerivedNames.Alone().Objection(Entry("**"), path);

        Assert.Equal(objection is null, answer is null);
        Assert.Contains(objection ?? "", answer ?? "", StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("onnx/a", "onnx/A", "'onnx/A' and 'onnx/a' are the same name on systems that ignore case. Rename one of them.")]
    [InlineData("onnx/a", "ONNX/b", "'ONNX' and 'onnx' are the same name on systems that ignore case. Rename one of them.")]
    [InlineData("onnx/a/b", "onnx/A", "'onnx/A' and 'onnx/a' are the same name on systems that ignore case. Rename one of them.")]
    [InlineData("onnx/a", "onnx/a/b", "'onnx/a' is a file, and a folder of another derived file. Rename one of them.")]
    [InlineData("onnx/a/b", "onnx/a", "'onnx/a' is a file, and a folder of another derived file. Rename one of them.")]
    [InlineData("onnx/a", "onnx/a", "'onnx/a' is derived twice. Give one of the two files another name.")]
    public void Two_paths_that_are_one_on_some_system_are_refused_and_each_name_is_said_once(string one, string other, string objection)
    {
        var names = new DerivedNames([]);

        Assert.Null(names.Objection(Entry("**"), one));
        Assert.Equal(objection, names.Objection(Entry("**"), other));
    }

    [Fact]
    public void A_file_outside_the_pattern_is_refused() =>
        Assert.Equal("'gguf/a' is not one of 'onnx/**'.", new DerivedNames([]).Objection(Entry("onnx/**"), "gguf/a"));

    private static string? Objection(string path) => new DerivedNames(["config.json", "unet/config.json", "LICENSE"]).Objection(Entry("**"), path);

    private static DerivedSettings Entry(string files) => new("onnx", new("to-onnx", Span), files, null);
}
