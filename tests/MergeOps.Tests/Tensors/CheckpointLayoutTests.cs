using MergeOps.Tensors;
using Xunit;

namespace MergeOps.Tests.Tensors;

/// <summary>Lists of file names as they lie in published repositories, and which of the files are the model.</summary>
public sealed class CheckpointLayoutTests
{
    [Theory]
    // one file
    [InlineData("config.json model.safetensors", "model.safetensors")]
    [InlineData("config.json diffusion_pytorch_model.safetensors", "diffusion_pytorch_model.safetensors")]
    [InlineData("config.json pytorch_model.safetensors pytorch_model.bin", "pytorch_model.safetensors")]
    [InlineData("config.json weights.safetensors optimizer.safetensors", "weights.safetensors")]
    [InlineData("config.json diffusion_pytorch_model.fp16.safetensors", "diffusion_pytorch_model.fp16.safetensors")]
    [InlineData("config.json model-00001-of-00001.safetensors", "model-00001-of-00001.safetensors")]
    // what PyTorch wrote counts where nothing is in safetensors
    [InlineData("config.json pytorch_model.bin training_args.bin optimizer.pt", "pytorch_model.bin")]
    [InlineData("config.json diffusion_pytorch_model.bin", "diffusion_pytorch_model.bin")]
    [InlineData("pytorch_model-00002-of-00002.bin pytorch_model-00001-of-00002.bin", "pytorch_model-00001-of-00002.bin pytorch_model-00002-of-00002.bin")]
    // loaders take the file without a variant unless they are asked for one
    [InlineData("diffusion_pytorch_model.safetensors diffusion_pytorch_model.fp16.safetensors diffusion_pytorch_model.non_ema.safetensors", "diffusion_pytorch_model.safetensors")]
    [InlineData("model.safetensors adapter_model.safetensors adapter_config.json", "model.safetensors")]
    [InlineData("model.safetensors onnx/model.safetensors checkpoint-500/model.safetensors", "model.safetensors")]
    // shards without an index, numbered as different writers number them
    [InlineData("model-00001-of-00002.safetensors model-00002-of-00002.safetensors", "model-00001-of-00002.safetensors model-00002-of-00002.safetensors")]
    [InlineData("model-00001-of-000002.safetensors model-00002-of-000002.safetensors", "model-00001-of-000002.safetensors model-00002-of-000002.safetensors")]
    [InlineData("model_1_of_2.safetensors model_2_of_2.safetensors", "model_1_of_2.safetensors model_2_of_2.safetensors")]
    [InlineData("model-00000-of-00002.safetensors model-00001-of-00002.safetensors", "model-00000-of-00002.safetensors model-00001-of-00002.safetensors")]
    [InlineData("model.fp16-00001-of-00002.safetensors model.fp16-00002-of-00002.safetensors", "model.fp16-00001-of-00002.safetensors model.fp16-00002-of-00002.safetensors")]
    [InlineData("model-00001-of-00002.fp16.safetensors model-00002-of-00002.fp16.safetensors", "model-00001-of-00002.fp16.safetensors model-00002-of-00002.fp16.safetensors")]
    [InlineData("model-2-of-10.safetensors model-1-of-10.safetensors model-10-of-10.safetensors model-3-of-10.safetensors model-4-of-10.safetensors model-5-of-10.safetensors model-6-of-10.safetensors model-7-of-10.safetensors model-8-of-10.safetensors model-9-of-10.safetensors",
        "model-1-of-10.safetensors model-2-of-10.safetensors model-3-of-10.safetensors model-4-of-10.safetensors model-5-of-10.safetensors model-6-of-10.safetensors model-7-of-10.safetensors model-8-of-10.safetensors model-9-of-10.safetensors model-10-of-10.safetensors")]
    [InlineData("model-00001-of-00002.safetensors model-00002-of-00002.safetensors consolidated.safetensors", "model-00001-of-00002.safetensors model-00002-of-00002.safetensors")]
    public void Without_an_index_the_names_tell_the_files(string names, string files)
    {
        var layout = CheckpointLayout.Of(names.Split(' '));

        Assert.NotNull(layout);
        Assert.Null(layout.Index);
        Assert.Equal(files.Split(' '), layout.Files);
    }

    [Theory]
    [InlineData("model.safetensors.index.json model-00001-of-00002.safetensors", "model.safetensors.index.json")]
    [InlineData("diffusion_pytorch_model.safetensors.index.json", "diffusion_pytorch_model.safetensors.index.json")]
    [InlineData("weights.safetensors.index.json model.safetensors", "weights.safetensors.index.json")]
    [InlineData("model.safetensors.index.json consolidated.safetensors.index.json consolidated-00001-of-00002.safetensors", "model.safetensors.index.json")]
    [InlineData("model.safetensors.index.json model.safetensors.index.fp16.json", "model.safetensors.index.json")]
    [InlineData("model.safetensors.index.json model.fp16.safetensors.index.json", "model.safetensors.index.json")]
    [InlineData("model.safetensors.index.fp16.json", "model.safetensors.index.fp16.json")]
    [InlineData("model.safetensors.index.json text_encoder/model.safetensors.index.json", "model.safetensors.index.json")]
    public void An_index_of_whatever_name_decides(string names, string index) => Assert.Equal(index, CheckpointLayout.Of(names.Split(' '))?.Index);

    [Theory]
    [InlineData("config.json")]
    [InlineData("config.json tokenizer.model.safetensors.txt model.bin")]
    [InlineData("a.safetensors b.safetensors")]
    [InlineData("model.safetensors diffusion_pytorch_model.safetensors")]
    [InlineData("diffusion_pytorch_model.fp16.safetensors diffusion_pytorch_model.non_ema.safetensors")]
    [InlineData("model.safetensors.index.json other.safetensors.index.json")]
    [InlineData("model-00001-of-00003.safetensors model-00003-of-00003.safetensors")]
    [InlineData("model-00001-of-00003.safetensors")]
    [InlineData("model-1-of-2.safetensors model-01-of-2.safetensors")]
    [InlineData("model-00001-of-00002.safetensors model-00002-of-00002.safetensors extra.safetensors")]
    [InlineData("a-1-of-2.safetensors a-2-of-2.safetensors b-1-of-2.safetensors b-2-of-2.safetensors")]
    [InlineData("consolidated.safetensors params.json")]
    [InlineData("model0-mp2.safetensors model1-mp2.safetensors")]
    [InlineData("unet/diffusion_pytorch_model.safetensors model_index.json")]
    public void Names_that_do_not_tell_are_no_layout(string names) => Assert.Null(CheckpointLayout.Of(names.Split(' ')));

    [Fact]
    public void Shards_without_an_index_beside_a_single_file_are_unread_when_some_are_missing_and_another_model_when_all_are_there()
    {
        var rest = CheckpointLayout.Of(["model.safetensors", "model-2-of-2.safetensors"]);

        Assert.Equal(["model.safetensors"], rest!.Files);
        Assert.Equal(["model-2-of-2.safetensors"], rest.Unread);
        Assert.Null(CheckpointLayout.Of(["model.safetensors", "model-1-of-2.safetensors", "model-2-of-2.safetensors"]));
    }
}
