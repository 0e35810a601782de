using MergeOps.Tensors;
using Xunit;

namespace MergeOps.Tests.Tensors;

/// <summary>Folders that are not one model: what is said of them, and that what is said leads to a model.</summary>
public sealed class UnclearLayoutTests
{
    [Theory]
    [InlineData("a.safetensors b.safetensors", "MOPS329", "Write './m/a.safetensors' or './m/b.safetensors' as the model.")]
    [InlineData("diffusion_pytorch_model.fp16.safetensors diffusion_pytorch_model.ema.safetensors", "MOPS329",
        "Write './m/diffusion_pytorch_model.ema.safetensors' or './m/diffusion_pytorch_model.fp16.safetensors' as the model.")]
    [InlineData("a.safetensors b.safetensors c.safetensors d.safetensors e.safetensors", "MOPS329", "'./m/d.safetensors' and 1 more as the model.")]
    [InlineData("a.safetensors.index.json b.safetensors.index.json", "MOPS329", "Remove those that are not meant.")]
    [InlineData("a-1-of-2.safetensors a-2-of-2.safetensors c.safetensors", "MOPS329", "'a-*-of-2.safetensors' and 'c.safetensors', and no index says which of them belong together. Leave the files of one model in the folder.")]
    [InlineData("x-00001-of-00003.safetensors", "MOPS332", "'x-00002-of-00003.safetensors' and 'x-00003-of-00003.safetensors' are missing. Download or copy what is missing.")]
    [InlineData("x-000001-of-999999.safetensors", "MOPS332", "'x-000005-of-999999.safetensors' and 999994 more are missing.")]
    [InlineData("checkpoint-10/model.safetensors checkpoint-20/model.safetensors training_args.bin", "MOPS302", "Write './m/checkpoint-10' or './m/checkpoint-20' as the model.")]
    [InlineData("config.json model-Q4_K_M.gguf", "MOPS302", "'model-Q4_K_M.gguf': GGUF is a format for inference only. Name the model that it was made from.")]
    [InlineData("onnx/model.onnx config.json", "MOPS302", "Name the model that it was made from.")]
    [InlineData("consolidated.safetensors params.json tekken.json", "MOPS302", "Use the model as transformers saves it, in safetensors.")]
    [InlineData("config.json original/consolidated.00.pth original/params.json", "MOPS302", "It holds only 'original/consolidated.00.pth', the format of its vendor's own program.")]
    [InlineData("model0-mp4.safetensors model1-mp4.safetensors", "MOPS302", "a slice of every tensor")]
    [InlineData("pytorch_model-00001-of-00002.bin", "MOPS332", "'pytorch_model-00002-of-00002.bin' is missing.")]
    [InlineData("rwkv.pth config.json", "MOPS302", "Write './m/rwkv.pth' as the model.")]
    [InlineData("weights.pkl config.json", "MOPS302", "Loading a .pkl file can run any code that its author put into it.")]
    [InlineData("config.json", "MOPS302", "'./m/' holds no safetensors file.")]
    public void A_folder_is_refused_with_what_to_write_or_do(string names, string code, string wayOut)
    {
        var diagnostic = UnclearLayout.Explain(names.Split(' '), ModelAddress.Local("./m/"), span: null).Diagnostic;

        Assert.Equal(code, diagnostic.Code.Id);
        Assert.Contains(wayOut, diagnostic.Detail, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("a.safetensors b.safetensors", "run `hf download org/name --local-dir FOLDER`, and write 'FOLDER/a.safetensors' or 'FOLDER/b.safetensors' as the model.")]
    [InlineData("a.safetensors.index.json b.safetensors.index.json", "Run `hf download org/name --local-dir FOLDER`, remove those that are not meant, and write 'FOLDER' as the model.")]
    [InlineData("x-1-of-2.safetensors", "Its repository is incomplete: use another revision")]
    public void Of_a_repository_a_copy_is_named_since_its_parts_cannot_be(string names, string wayOut) =>
        Assert.Contains(wayOut, UnclearLayout.Explain(names.Split(' '), ModelAddress.OnHub("org/name"), span: null).Diagnostic.Detail, StringComparison.Ordinal);

    [Theory]
    [InlineData("a.safetensors b.safetensors")]
    [InlineData("a-1-of-2.safetensors c.safetensors")]
    [InlineData("a-1-of-2.safetensors")]
    [InlineData("unet/a-1-of-2.safetensors unet/a-2-of-2.safetensors vae/x.safetensors")]
    public void A_shard_is_never_named_as_a_model(string names)
    {
        var detail = UnclearLayout.Explain(names.Split(' '), ModelAddress.Local("m"), span: null).Diagnostic.Detail;

        Assert.DoesNotContain("m/a-1-of-2.safetensors", detail, StringComparison.Ordinal);
    }
}
