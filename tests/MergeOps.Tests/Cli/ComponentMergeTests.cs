using System.Text;
using MergeOps.Architectures;
using MergeOps.Tensors;
using MergeOps.Tests.Merging;
using Xunit;

namespace MergeOps.Tests.Cli;

/// <summary>Models of several folders on their whole way: read, locked, merged, measured, published, verified.</summary>
[RunsAlone("runs the command line, which merges")]
public sealed class ComponentMergeTests : IDisposable
{
    private const string Linear = """
        merge_method: linear
        models:
          - { model: ./a, parameters: { weight: 0.25 } }
          - { model: ./b, parameters: { weight: 0.75 } }

        """;

    private readonly SmallModels models = new();
    private readonly HostEnvironment environment;

    public ComponentMergeTests() => environment = TestEnvironment.WithHome(models.Folder["home"]);

    private string Out => models.Folder["out"];

    public void Dispose() => models.Dispose();

    [Fact]
    public void A_dense_module_is_merged_in_its_folder_by_the_method_of_the_transformer()
    {
        SentenceTransformers();

        Merged(Linear);

        Assert.Equal(
            ["1_Pooling/config.json", "2_Dense/config.json", "2_Dense/model.safetensors", "config.json", "config_sentence_transformers.json", "merge-manifest.json", "model.safetensors", "modules.json"],
            FilesIn(Out));
        AssertIsMean("2_Dense/linear.weight");
        AssertIsMean("encoder.layer.0.output.dense.weight");
        Assert.Equal(["linear.bias", "linear.weight"], CheckpointReader.Open(models.Folder["out/2_Dense"], []).Tensors.Keys);
        Assert.Equal(0, Run("verify", Out).ExitCode);
    }

    [Fact]
    public void Modules_are_sharded_in_their_folders_with_an_index_of_their_own_names()
    {
        SentenceTransformers();

        Merged(Linear, "--shard-size", "32B");

        Assert.Contains("2_Dense/model.safetensors.index.json", FilesIn(Out));
        Assert.Contains("2_Dense/model-00001-of-00002.safetensors", FilesIn(Out));
        Assert.Contains("\"linear.bias\": \"model-0000", File.ReadAllText(models.Folder["out/2_Dense/model.safetensors.index.json"]), StringComparison.Ordinal);
        AssertIsMean("2_Dense/linear.weight");
        Assert.Equal(0, Run("verify", Out).ExitCode);
        // a second merge finds the first one whole
        Merged(Linear, "--shard-size", "32B");
    }

    [Fact]
    public void A_changed_module_is_found_and_a_damaged_one_is_named()
    {
        SentenceTransformers();
        Merged(Linear);
        var path = models.Folder["out/2_Dense/model.safetensors"];
        var bytes = File.ReadAllBytes(path);
        bytes[^1] ^= 1;
        File.WriteAllBytes(path, bytes);

        var run = Run("verify", Out);

        Assert.Equal(1, run.ExitCode);
        Assert.Contains("2_Dense/linear", run.Output + run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void A_lock_has_the_files_of_modules_and_notices_when_they_change()
    {
        SentenceTransformers();
        var recipe = Recipe(Linear);
        Assert.Equal(0, Run("lock", recipe).ExitCode);
        var text = File.ReadAllText(models.Folder["recipe.lock.yml"]);
        Assert.Contains("2_Dense/model.safetensors", text, StringComparison.Ordinal);
        Assert.Contains("2_Dense/config.json", text, StringComparison.Ordinal);

        models.Folder.Write("b/2_Dense/config.json", """{"in_features": 4, "out_features": 2, "bias": true, "activation_function": "torch.nn.modules.activation.Tanh"}"""u8);

        var run = Run("plan", recipe);
        Assert.Equal(1, run.ExitCode);
        Assert.Contains("2_Dense/config.json' of './b'", run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void A_dense_module_that_PyTorch_saved_is_read_and_written_in_safetensors()
    {
        SentenceTransformers();
        foreach (var model in new[] { "a", "b" })
        {
            File.Delete(models.Folder[$"{model}/2_Dense/model.safetensors"]);
            models.Folder.Write($"{model}/2_Dense/pytorch_model.bin", File.ReadAllBytes(Repository.Data("Torch", "module.pth")));
        }

        Merged(Linear);

        Assert.Contains("2_Dense/model.safetensors", FilesIn(Out));
        Assert.Contains("2_Dense/0.weight", Components.Open(Out, []).Tensors.Keys);
        Assert.Equal(Numbers(models.Folder["a"], "2_Dense/0.weight"), Numbers(Out, "2_Dense/0.weight"));
    }

    [Fact]
    public void A_published_version_has_the_modules_and_is_verified()
    {
        SentenceTransformers();
        var recipe = Recipe(Linear + "name: embed\nshard_size: 32B\npublish:\n  folder: published\n");

        var run = Run("run", recipe);

        Assert.True(run.ExitCode == 0, run.Error);
        var version = Path.GetDirectoryName(Directory.EnumerateFiles(models.Folder["published"], "modules.json", SearchOption.AllDirectories).Single())!;
        Assert.Contains("2_Dense/model.safetensors.index.json", FilesIn(version));
        Assert.Equal(0, Run("verify", version).ExitCode);
        File.WriteAllText(Path.Combine(version, "2_Dense", "model.safetensors"), "other");
        Assert.NotEqual(0, Run("verify", version).ExitCode);
    }

    [Fact]
    public void NaN_in_a_module_stops_the_merge_and_names_it()
    {
        SentenceTransformers();
        models.Model("b/2_Dense", ("linear.weight", DType.F32, [2, 4], SmallModels.Bytes(DType.F32, 1, 2, 3, double.NaN, 5, 6, 7, 8)), ("linear.bias", DType.F32, [2], SmallModels.Bytes(DType.F32, 1, 2)));

        var run = Run("merge", Recipe(Linear), "--out", Out);

        Assert.Equal(1, run.ExitCode);
        Assert.Contains("2_Dense/linear.weight", run.Error, StringComparison.Ordinal);
        Assert.False(Directory.Exists(Out));
    }

    [Fact]
    public void Two_models_with_one_module_give_that_module_back()
    {
        SentenceTransformers();
        File.Copy(models.Folder["a/2_Dense/model.safetensors"], models.Folder["b/2_Dense/model.safetensors"], overwrite: true);

        Merged(Linear.Replace("0.25", "0.5", StringComparison.Ordinal).Replace("0.75", "0.5", StringComparison.Ordinal));

        Assert.Equal(Numbers(models.Folder["a"], "2_Dense/linear.weight"), Numbers(Out, "2_Dense/linear.weight"));
    }

    [Fact]
    public void A_pipeline_is_merged_part_by_part_and_has_the_librarys_files()
    {
        Pipelines();

        Merged(Linear);

        Assert.Equal(
            [
                "merge-manifest.json", "model_index.json", "scheduler/scheduler_config.json", "text_encoder/config.json", "text_encoder/model.safetensors", "tokenizer/merges.txt", "tokenizer/vocab.json",
                "unet/config.json", "unet/diffusion_pytorch_model.safetensors", "vae/config.json", "vae/diffusion_pytorch_model.safetensors",
            ],
            FilesIn(Out));
        AssertIsMean("unet/down_blocks.0.conv.weight");
        AssertIsMean("text_encoder/text_model.embeddings.token_embedding.weight");
        Assert.Equal(0, Run("verify", Out).ExitCode);
    }

    [Fact]
    public void A_filter_reaches_a_part_of_a_pipeline_by_its_folder()
    {
        Pipelines();

        Merged("""
            merge_method: linear
            models:
              - model: ./a
                parameters: { weight: [{ filter: unet/, value: 1 }, { value: 0 }] }
              - model: ./b
                parameters: { weight: [{ filter: unet/, value: 0 }, { value: 1 }] }
            """);

        Assert.Equal(Numbers(models.Folder["a"], "unet/down_blocks.0.conv.weight"), Numbers(Out, "unet/down_blocks.0.conv.weight"));
        Assert.Equal(Numbers(models.Folder["b"], "vae/decoder.conv_in.weight"), Numbers(Out, "vae/decoder.conv_in.weight"));
    }

    [Fact]
    public void Modules_merge_one_part_of_a_pipeline_and_copy_the_others()
    {
        Pipelines();
        // what is not merged may differ, and may lack
        models.Folder.Write("b/tokenizer/vocab.json", """{"b": 0, "a": 1}"""u8);
        Directory.Delete(models.Folder["b/vae"], recursive: true);
        models.Folder.Write("b/model_index.json", """{"_class_name": "StableDiffusionPipeline", "unet": ["diffusers", "UNet2DConditionModel"], "text_encoder": ["transformers", "CLIPTextModel"]}"""u8);

        Merged("""
            merge_method: linear
            modules:
              unet:
                models:
                  - { model: ./a, parameters: { weight: 0.25 } }
                  - { model: ./b, parameters: { weight: 0.75 } }
            """);

        AssertIsMean("unet/down_blocks.0.conv.weight");
        Assert.Equal(Numbers(models.Folder["a"], "vae/decoder.conv_in.weight"), Numbers(Out, "vae/decoder.conv_in.weight"));
    }

    [Theory]
    [InlineData("scheduler/scheduler_config.json", """{"prediction_type": "v_prediction"}""", "error MOPS470", "prediction_type epsilon in ./a, v_prediction in ./b")]
    [InlineData("scheduler/scheduler_config.json", """{"_class_name": "EulerDiscreteScheduler", "prediction_type": "epsilon"}""", "note MOPS441", "'scheduler/scheduler_config.json' of ./b")]
    [InlineData("unet/config.json", """{"_class_name": "UNet2DConditionModel", "sample_size": 128}""", "warning MOPS474", "sample_size 64 in ./a, 128 in ./b")]
    [InlineData("tokenizer/vocab.json", """{"b": 0, "a": 1}""", "error MOPS471", "'tokenizer/vocab.json' of ./b is not that of ./a")]
    [InlineData("unet/config.json", """{"_class_name": "UNet2DConditionModel", "quantization_config": {"quant_method": "bitsandbytes"}}""", "error", "'unet' of ./b is quantized")]
    [InlineData("unet/diffusion_pytorch_model.fp16.safetensors", "never read", "note MOPS472", "'unet/diffusion_pytorch_model.safetensors' of ./b is read, but not 'unet/diffusion_pytorch_model.fp16.safetensors'")]
    public void What_differs_between_two_pipelines_is_said(string file, string text, string code, string said)
    {
        Pipelines();
        models.Folder.Write("b/" + file, Encoding.UTF8.GetBytes(text));

        var run = Run("plan", Recipe(Linear));

        Assert.Contains(code, run.Error, StringComparison.Ordinal);
        Assert.Contains(said, run.Error, StringComparison.Ordinal);
        Assert.Equal(code.StartsWith("error", StringComparison.Ordinal) ? 1 : 0, run.ExitCode);
    }

    [Fact]
    public void A_part_that_another_pipeline_lacks_is_refused_once()
    {
        Pipelines();
        models.Folder.Write("b/model_index.json", """{"_class_name": "X", "unet": ["diffusers", "UNet2DConditionModel"], "text_encoder": ["transformers", "CLIPTextModel"]}"""u8);

        var run = Run("plan", Recipe(Linear));

        Assert.Equal(1, run.ExitCode);
        Assert.Contains("./a has 'vae' with weights of its own, and ./b has none. To copy it from ./a, list under 'modules' only 'text_encoder', 'unet'.", run.Error, StringComparison.Ordinal);
        Assert.Single(run.Error.Split('\n'), line => line.Contains(": error MOPS", StringComparison.Ordinal));
    }

    private void SentenceTransformers()
    {
        foreach (var (model, seed) in new[] { ("a", 1), ("b", 2) })
        {
            models.Model(model, seed, ("embeddings.word_embeddings.weight", DType.F32, [6, 4]), ("encoder.layer.0.output.dense.weight", DType.F32, [4, 4]));
            models.Model(model + "/2_Dense", seed + 10, ("linear.weight", DType.F32, [2, 4]), ("linear.bias", DType.F32, [2]));
            Write(model, "config.json", """{"model_type": "bert", "vocab_size": 6, "num_hidden_layers": 1}""");
            Write(model, "modules.json", """[{"idx": 0, "path": "", "type": "sentence_transformers.models.Transformer"}, {"idx": 1, "path": "1_Pooling", "type": "sentence_transformers.models.Pooling"}, {"idx": 2, "path": "2_Dense", "type": "sentence_transformers.models.Dense"}]""");
            Write(model, "1_Pooling/config.json", model == "a" ? """{"pooling_mode_cls_token": false, "pooling_mode_mean_tokens": true}""" : """{"pooling_mode": "mean"}""");
            Write(model, "2_Dense/config.json", """{"in_features": 4, "out_features": 2, "bias": true, "activation_function": "torch.nn.modules.linear.Identity"}""");
            Write(model, "config_sentence_transformers.json", """{"prompts": {"query": "q: "}}""");
        }
    }

    private void Pipelines()
    {
        foreach (var (model, seed) in new[] { ("a", 1), ("b", 2) })
        {
            foreach (var (part, name, shape) in new (string, string, long[])[] { ("unet", "down_blocks.0.conv.weight", [2, 3]), ("vae", "decoder.conv_in.weight", [3]) })
            {
                models.Model($"{model}/{part}", seed, (name, DType.F32, shape));
                File.Move(models.Folder[$"{model}/{part}/model.safetensors"], models.Folder[$"{model}/{part}/diffusion_pytorch_model.safetensors"]);
            }

            models.Model($"{model}/text_encoder", seed, ("text_model.embeddings.token_embedding.weight", DType.F32, [2, 3]));
            Write(model, "model_index.json", """{"_class_name": "StableDiffusionPipeline", "_diffusers_version": "0.3", "unet": ["diffusers", "UNet2DConditionModel"], "vae": ["diffusers", "AutoencoderKL"], "text_encoder": ["transformers", "CLIPTextModel"], "tokenizer": ["transformers", "CLIPTokenizer"], "scheduler": ["diffusers", "PNDMScheduler"], "safety_checker": [null, null], "requires_safety_checker": false}""");
            Write(model, "unet/config.json", """{"_class_name": "UNet2DConditionModel", "sample_size": 64}""");
            Write(model, "vae/config.json", """{"_class_name": "AutoencoderKL"}""");
            Write(model, "text_encoder/config.json", """{"model_type": "clip_text_model", "vocab_size": 2}""");
            Write(model, "tokenizer/vocab.json", """{"a": 0, "b": 1}""");
            Write(model, "tokenizer/merges.txt", "#version: 0.2\n");
            Write(model, "scheduler/scheduler_config.json", """{"prediction_type": "epsilon"}""");
        }
    }

    private void Merged(string recipe, params string[] more)
    {
        var run = Run(["merge", Recipe(recipe), "--out", Out, .. more]);
        Assert.True(run.ExitCode == 0, run.Error);
    }

    private void Write(string model, string file, string text) => models.Folder.Write($"{model}/{file}", Encoding.UTF8.GetBytes(text));

    private string Recipe(string text) => models.Folder.Write("recipe.yml", Encoding.UTF8.GetBytes(text));

    private CommandLineRun Run(params string[] arguments) => CommandLineRun.Of(environment, arguments);

    // weights that are no power of two are rounded once when they are made to sum to 1
    private void AssertIsMean(string tensor) => Assert.All(
        Numbers(Out, tensor).Zip(Numbers(models.Folder["a"], tensor), Numbers(models.Folder["b"], tensor)),
        numbers => Assert.Equal((0.25 * numbers.Second) + (0.75 * numbers.Third), numbers.First, 1e-6));

    private static float[] Numbers(string folder, string tensor)
    {
        var checkpoint = Components.Open(folder, []);
        using var reader = new TensorReader(checkpoint);
        var bytes = new byte[checkpoint.Tensors[tensor].ByteLength];
        reader.Read(checkpoint.Tensors[tensor], 0, bytes);
        return System.Runtime.InteropServices.MemoryMarshal.Cast<byte, float>(bytes).ToArray();
    }

    private static IEnumerable<string> FilesIn(string folder) =>
        Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories).Select(file => Path.GetRelativePath(folder, file).Replace('\\', '/')).Order(StringComparer.Ordinal);
}
