using System.Text.Json.Nodes;
using MergeOps.Architectures.Decoders;
using MergeOps.Diagnostics;
using MergeOps.Models;
using MergeOps.Tensors;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace QuickstartModels;

/// <summary>Writes a model as Hugging Face's libraries lay it out: config, tokenizer, bfloat16 weights in safetensors.</summary>
internal static class HuggingFaceFolder
{
    /// <summary>Writes the folder; what was there under the same names is replaced.</summary>
    public static void Write(string folder, DecoderModel model)
    {
        Directory.CreateDirectory(folder);
        WriteJson("config.json", ConfigJson(model.Shape));
        WriteJson("tokenizer.json", Vocabulary.TokenizerJson());
        WriteJson("tokenizer_config.json", Vocabulary.TokenizerConfigJson());
        WriteWeights(folder, model);

        void WriteJson(string name, JsonNode json) => File.WriteAllText(Path.Combine(folder, name), CanonicalJson.Write(json));
    }

    /// <summary>Reads the weights of such a folder.</summary>
    public static DecoderModel Read(string folder)
    {
        var checkpoint = CheckpointReader.Open(folder, []);
        using var reader = new TensorReader(checkpoint);
        return new DecoderModel(Family.Config, new MemoryWeights(DecoderTensors.Of(Family.Config).ToDictionary(expected => expected.Name, expected =>
        {
            using var stored = zeros(expected.Shape, dtype: ScalarType.BFloat16);
            reader.Read(checkpoint.Tensors[expected.Name], 0, stored.bytes);
            return new Parameter(stored.to(ScalarType.Float32), requires_grad: false);
        })));
    }

    private static void WriteWeights(string folder, DecoderModel model)
    {
        var tensors = ((MemoryWeights)model.Weights).All.OrderBy(weight => weight.Key, StringComparer.Ordinal).ToList();
        var layout = ShardLayout.Of(tensors.Select(weight => new OutputTensor(weight.Key, DType.BF16, [.. weight.Value.shape])), long.MaxValue);
        File.Delete(Path.Combine(folder, ModelFileNames.Weights));
        using var writer = ShardWriter.Open(folder, layout);
        foreach (var (name, weight) in tensors)
        {
            using var stored = weight.detach().to(ScalarType.BFloat16);
            writer.Write(name, 0, stored.bytes);
        }

        writer.Flush();
    }

    private static JsonObject ConfigJson(DecoderShape config) => new()
    {
        ["architectures"] = new JsonArray("LlamaForCausalLM"),
        ["attention_bias"] = false,
        ["bos_token_id"] = Vocabulary.BeginId,
        ["dtype"] = "bfloat16",
        ["eos_token_id"] = Vocabulary.BeginId,
        ["head_dim"] = config.HeadSize,
        ["hidden_act"] = "silu",
        ["hidden_size"] = config.HiddenSize,
        ["intermediate_size"] = config.IntermediateSize,
        ["max_position_embeddings"] = config.ContextLength,
        ["mlp_bias"] = false,
        ["model_type"] = "llama",
        ["num_attention_heads"] = config.Heads,
        ["num_hidden_layers"] = config.Layers,
        ["num_key_value_heads"] = config.KeyValueHeads,
        ["rms_norm_eps"] = config.NormEpsilon,
        ["rope_theta"] = config.Rotary.Theta,
        ["tie_word_embeddings"] = config.TiedEmbeddings,
        ["vocab_size"] = config.VocabularySize,
    };
}
