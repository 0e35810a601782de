using MergeOps.Architectures;
using Xunit;

namespace MergeOps.Tests.Architectures;

public sealed class LeftBehindTests
{
    [Theory]
    [InlineData("onnx/model.onnx onnx/config.json pytorch_model.bin tf_model.h5 params.json original/params.json consolidated.safetensors", "other forms of the weights",
        "consolidated.safetensors onnx/ original/ params.json pytorch_model.bin tf_model.h5")]
    [InlineData("adapter_config.json adapter_model.safetensors", "adapters", "adapter_config.json adapter_model.safetensors")]
    [InlineData("quantize_config.json", "quantization settings", "quantize_config.json")]
    [InlineData("optimizer.pt trainer_state.json training_args.bin checkpoint-5/model.safetensors checkpoint-5/trainer_state.json global_step100/x.pt", "training state",
        "checkpoint-5/ global_step100/ optimizer.pt trainer_state.json training_args.bin")]
    [InlineData("runs/a/b eval/results.json all_results.json wandb/x train.log", "logs and results", "all_results.json eval/ runs/ train.log wandb/")]
    [InlineData("data.jsonl handler.py", "not known to belong to a model", "data.jsonl handler.py")]
    public void Files_are_told_by_what_they_are(string paths, string kind, string names)
    {
        var group = Assert.Single(LeftBehind.Among(paths.Split(' '), []));

        Assert.Equal((kind, names), (group.Kind, string.Join(' ', group.Names)));
    }

    [Fact]
    public void Pages_and_pictures_are_not_worth_a_word() => Assert.Empty(LeftBehind.Among(["README.md", "assets/plot.png", "merge-manifest.json", "docs/page.md", ".gitattributes", ".cache/x.json"], []));

    [Theory]
    [InlineData("value_head.safetensors", true)]
    [InlineData("model_1.safetensors", true)]
    [InlineData("colbert_linear.pt", true)]
    [InlineData("mm_projector.bin", true)]
    [InlineData("model.fp16.safetensors", false)]
    [InlineData("model.fp16-00001-of-00002.safetensors", false)]
    [InlineData("model-00001-of-00002.fp16.safetensors", false)]
    [InlineData("diffusion_pytorch_model.safetensors.index.fp16.json", false)]
    [InlineData("consolidated.safetensors", false)]
    [InlineData("adapter_model.safetensors", false)]
    [InlineData("pytorch_model.bin", false)]
    [InlineData("optimizer.pt", false)]
    [InlineData("checkpoint-5/model.safetensors", false)]
    public void Weights_that_are_no_other_form_of_the_model_would_be_lost(string path, bool isLost) =>
        Assert.Equal(isLost ? [path] : [], LeftBehind.Weights([path]));
}
