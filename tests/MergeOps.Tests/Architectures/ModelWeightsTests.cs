using System.Text.Json;
using MergeOps.Architectures;
using MergeOps.Diagnostics;
using MergeOps.Tests.Tensors;
using Xunit;

namespace MergeOps.Tests.Architectures;

/// <summary>What a recipe may name as a model, and what is said when it may not.</summary>
public sealed class ModelWeightsTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Theory]
    [InlineData("x-00002-of-00003.safetensors", "one of 3 shards")]
    [InlineData("model0-mp8.safetensors", "a slice of every tensor")]
    public void A_file_that_is_a_part_of_a_model_is_refused_with_the_folder_as_the_way_out(string file, string what)
    {
        Write(file, "a");

        var refused = Refused(file, $"./m/{file}");

        Assert.Equal(Codes.LoneShard, refused.Code);
        Assert.Contains($"'./m/{file}' is {what}", refused.Detail, StringComparison.Ordinal);
        Assert.EndsWith("Write the folder that holds all of them, './m'.", refused.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public void A_file_that_an_index_beside_it_lists_with_others_is_refused_and_one_that_it_does_not_list_is_a_model()
    {
        Write("first.safetensors", "a");
        Write("second.safetensors", "b");
        Write("other.safetensors", "a", "b");
        folder.Write("model.safetensors.index.json", JsonSerializer.SerializeToUtf8Bytes(
            new { weight_map = new Dictionary<string, string> { ["a"] = "first.safetensors", ["b"] = "second.safetensors" } }));

        Assert.Equal(Codes.LoneShard, Refused("second.safetensors", "m/second.safetensors").Code);
        Assert.Equal(["a", "b"], ModelWeights.Open(folder["other.safetensors"], "m/other.safetensors", []).Tensors.Keys);
    }

    [Fact]
    public void A_file_of_a_series_of_one_is_a_model()
    {
        Write("model-00001-of-00001.safetensors", "a");

        Assert.Equal(["a"], ModelWeights.Open(folder["model-00001-of-00001.safetensors"], "m", []).Tensors.Keys);
        Assert.Equal(["a"], ModelWeights.Open(folder.Path, "m", []).Tensors.Keys);
    }

    [Theory]
    [InlineData("style.safetensors")]
    [InlineData("model.safetensors")]
    public void An_adapter_is_refused_by_its_tensors_whatever_its_file_is_called(string file)
    {
        Write(file, "lora_unet_mid_block_attentions_0_proj_in.lora_down.weight", "lora_unet_mid_block_attentions_0_proj_in.alpha");

        Assert.Equal(Codes.AdapterRefused, Refused(file, file).Code);
        Assert.Equal(Codes.AdapterRefused, Refused("", "./m").Code);
    }

    [Fact]
    public void A_folder_of_PEFT_is_refused_with_its_base()
    {
        Write("adapter_model.safetensors", "base_model.model.h.0.c_attn.lora_A.weight");
        folder.Write("adapter_config.json", """{"base_model_name_or_path": "org/base"}"""u8);

        var byFolder = Refused("", "./lora");
        var byFile = Refused("adapter_model.safetensors", "./lora/adapter_model.safetensors");

        Assert.All([byFolder, byFile], refused => Assert.Equal(Codes.AdapterRefused, refused.Code));
        Assert.All([byFolder, byFile], refused => Assert.Contains("its base is 'org/base'", refused.Detail, StringComparison.Ordinal));
    }

    [Fact]
    public void A_folder_of_checkpoints_of_an_adapter_is_refused_as_one()
    {
        Write("checkpoint-10/adapter_model.safetensors", "base_model.model.h.0.c_attn.lora_A.weight");
        Write("checkpoint-20/adapter_model.safetensors", "base_model.model.h.0.c_attn.lora_A.weight");

        Assert.Equal(Codes.AdapterRefused, Refused("", "./runs").Code);
    }

    [Fact]
    public void A_pipeline_is_one_model_of_its_parts_and_each_of_them_and_the_whole_in_one_file_is_a_model_too()
    {
        folder.Write("model_index.json", """{"_class_name": "FluxPipeline", "transformer": ["diffusers", "FluxTransformer2DModel"], "vae": ["diffusers", "AutoencoderKL"], "safety_checker": [null, null], "scheduler": ["diffusers", "X"]}"""u8);
        Write("transformer/diffusion_pytorch_model-00001-of-00002.safetensors", "a");
        Write("transformer/diffusion_pytorch_model-00002-of-00002.safetensors", "b");
        Write("vae/diffusion_pytorch_model.safetensors", "c");
        folder.Write("scheduler/scheduler_config.json", "{}"u8);
        Write("flux1-dev.safetensors", "a", "b", "c");

        var whole = ModelWeights.Open(folder.Path, "./flux", []);

        Assert.Equal(["transformer/a", "transformer/b", "vae/c"], whole.Tensors.Keys);
        Assert.Equal(["transformer", "vae"], whole.Components);
        Assert.Equal("vae/diffusion_pytorch_model.safetensors", whole.Tensors["vae/c"].File);
        Assert.Equal(["a", "b"], ModelWeights.Open(folder["transformer"], "m", []).Tensors.Keys);
        Assert.Equal(["a", "b", "c"], ModelWeights.Open(folder["flux1-dev.safetensors"], "m", []).Tensors.Keys);
    }

    [Theory]
    [InlineData("""{"unet": ["diffusers", "UNet2DConditionModel"], "vae": ["diffusers", "AutoencoderKL"]}""", "'vae' in it has no weights that can be read")]
    [InlineData("{}", "names no part with weights. Write './sd/unet' as the model.")]
    public void A_pipeline_with_a_part_that_cannot_be_read_is_refused(string index, string said)
    {
        folder.Write("model_index.json", System.Text.Encoding.UTF8.GetBytes(index));
        Write("unet/diffusion_pytorch_model.safetensors", "a");
        folder.Write("vae/config.json", "{}"u8);
        folder.Write("vae/diffusion_flax_model.msgpack", "x"u8);

        var refused = Refused("", "./sd");

        Assert.Equal(Codes.PipelineRefused, refused.Code);
        Assert.Contains(said, refused.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public void A_pipeline_without_the_folder_of_a_part_is_refused()
    {
        folder.Write("model_index.json", """{"unet": ["diffusers", "UNet2DConditionModel"], "text_encoder": ["transformers", "CLIPTextModel"], "safety_checker": [null, null]}"""u8);
        Write("unet/diffusion_pytorch_model.safetensors", "a");

        var refused = Refused("", "./sd");

        Assert.Equal(Codes.ComponentMissing, refused.Code);
        Assert.Contains("'./sd' names 'text_encoder', and there is no such folder", refused.Detail, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("sentence_transformers.models.Dense")]
    [InlineData("sentence_transformers.base.modules.dense.Dense")]
    public void A_model_without_the_weights_of_a_module_that_must_have_some_is_refused(string kind)
    {
        folder.Write("modules.json", System.Text.Encoding.UTF8.GetBytes($$"""[{"idx": 0, "path": ""}, {"idx": 1, "path": "1_Pooling", "type": "sentence_transformers.models.Pooling"}, {"idx": 2, "path": "2_Dense", "type": "{{kind}}"}]"""));
        Write("model.safetensors", "a");
        folder.Write("1_Pooling/config.json", "{}"u8);
        folder.Write("2_Dense/config.json", "{}"u8);

        var refused = Refused("", "./st");

        Assert.Equal(Codes.ComponentMissing, refused.Code);
        Assert.Contains("names '2_Dense', a module 'Dense', and there is no '2_Dense/model.safetensors'", refused.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public void Sentence_transformers_with_all_weights_in_modules_are_read_from_them()
    {
        folder.Write("modules.json", """[{"idx": 0, "path": "0_Transformer", "type": "sentence_transformers.models.Transformer"}, {"idx": 1, "path": "1_Pooling"}]"""u8);
        Write("0_Transformer/model.safetensors", "a");

        Assert.Equal(["0_Transformer/a"], ModelWeights.Open(folder.Path, "./st", []).Tensors.Keys);
    }

    private Diagnostic Refused(string file, string name) =>
        Assert.Throws<MergeOpsException>(() => ModelWeights.Open(folder[file], name, [])).Diagnostic;

    private void Write(string file, params string[] tensors) => folder.Write(file, SafetensorsBytes.WithTensors([.. tensors.Select(tensor => (tensor, 1))]));
}
