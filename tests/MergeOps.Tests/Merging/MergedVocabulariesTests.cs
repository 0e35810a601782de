using System.Runtime.InteropServices;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using MergeOps.Merging;
using MergeOps.Models;
using MergeOps.Runtime;
using MergeOps.Sources.Headers;
using MergeOps.Tensors;
using MergeOps.Tests.Planning;
using MergeOps.Tests.Tokenizers;
using MergeOps.Tokenizers.Pipelines;
using Xunit;
using static TorchSharp.torch;

namespace MergeOps.Tests.Merging;

/// <summary>
/// A small Llama with the vocabulary of Llama 3, a fine-tune with two tokens appended and one with a renamed slot: what
/// transformers, tokenizers and llama.cpp made of their merges (<c>build/OpenedFamilies/vocabularies.py</c>, which makes the same weights).
/// </summary>
public sealed class MergedVocabulariesTests : PlanningTests
{
    private const int Width = 32;
    private const int Rows = 128256;

    private static readonly Dictionary<string, long[]> Blocks = new()
    {
        ["self_attn.q_proj"] = [Width, Width],
        ["self_attn.k_proj"] = [Width / 2, Width],
        ["self_attn.v_proj"] = [Width / 2, Width],
        ["self_attn.o_proj"] = [Width, Width],
        ["mlp.gate_proj"] = [64, Width],
        ["mlp.up_proj"] = [64, Width],
        ["mlp.down_proj"] = [Width, 64],
    };

    private static readonly string[] Norms = ["model.norm", "model.layers.0.input_layernorm", "model.layers.0.post_attention_layernorm"];

    // what each model has learned: the tokens that follow each other
    private static readonly Dictionary<string, string[]> Chains = new()
    {
        ["base"] = ["Ġsky", "Ġis", "Ġblue", "Ġlike", "Ġthe", "Ġsea", "<|end_of_text|>"],
        ["chat"] = ["Ċ", "Red", "Ġrose", "<|im_end|>", "<|end_of_text|>"],
        ["note"] = ["<|note|>", "Green", "Ġgrass", "<|end_of_text|>"],
    };

    public MergedVocabulariesTests() => TorchRuntime.EnsureLoaded();

    [Theory]
    [InlineData("base", "base")]
    [InlineData("union", "union")]
    [InlineData("chat", "./chat")]
    public void A_merge_encodes_and_writes_what_transformers_and_llama_cpp_do(string name, string source)
    {
        WriteModels();
        var fixture = JsonNode.Parse(File.ReadAllText(Repository.Data("Tokenizers", "merged-vocabularies.json")))!;
        var merge = fixture["merges"]![name]!;
        var output = Path.Combine(Models.Path, "out");
        var plan = Plan($$"""
            merge_method: task_arithmetic
            base_model: ./base
            models:
              - { model: ./chat, parameters: { weight: 1 } }
              - { model: ./note, parameters: { weight: 1 } }
            tokenizer_source: {{source}}
            """);

        MergeEngine.Run(plan, new MergeOptions { Output = output }, null, TestContext.Current.CancellationToken);

        var tokenizer = TextTokenizerReader.Read(File.ReadAllBytes(Path.Combine(output, "tokenizer.json")), name);
        var encodings = fixture["encodings"]!.AsObject();
        Assert.Equal(500, encodings.Count);
        Assert.All(encodings, text => Assert.Equal((string)(text.Value![name] ?? text.Value["base"])!, string.Join(' ', tokenizer.Encode(text.Key, addSpecialTokens: true))));
        Assert.Equal(((int)merge["rows"]!, (int)merge["tokens"]!), ((int)CheckpointReader.Open(output, []).Tensors["model.embed_tokens.weight"].Shape[0], tokenizer.Count));
        foreach (var file in new[] { "config.json", "generation_config.json" })
        {
            Assert.Equal((int)merge["eos_token_id"]!, (int)JsonNode.Parse(File.ReadAllText(Path.Combine(output, file)))!["eos_token_id"]!);
        }

        using var model = LanguageModels.TryOpen(output, out var whyNot) ?? throw new InvalidOperationException(whyNot);
        Assert.All(merge["answers"]!.AsArray(), answer => Assert.Equal(answer!["ids"].Deserialize<int[]>(), Continue(model, tokenizer.Encode((string)answer["prompt"]!, addSpecialTokens: false), (int)merge["eos_token_id"]!)));
    }

    private static int[] Continue(LanguageModel model, int[] prompt, int end)
    {
        using var noGradient = no_grad();
        List<int> ids = [.. prompt];
        while (ids.Count < prompt.Length + 16 && (ids.Count == prompt.Length || ids[^1] != end))
        {
            using var scope = NewDisposeScope();
            var states = model.Model.States(tensor(ids.ConvertAll(id => (long)id).ToArray()).view(1, -1));
            ids.Add((int)model.Model.Logits(states[0, -1]).argmax().item<long>());
        }

        return [.. ids.Skip(prompt.Length)];
    }

    private void WriteModels()
    {
        var original = File.ReadAllText(RealTokenizer.Of("llama3"));
        var longer = JsonNode.Parse(original)!;
        foreach (var (token, id) in new[] { ("<|im_start|>", Rows), ("<|im_end|>", Rows + 1) })
        {
            longer["added_tokens"]!.AsArray().Add(new JsonObject { ["id"] = id, ["content"] = token, ["single_word"] = false, ["lstrip"] = false, ["rstrip"] = false, ["normalized"] = false, ["special"] = true });
        }

        WriteModel("base", original, "<|end_of_text|>", 128001, Rows);
        WriteModel("chat", longer.ToJsonString(), "<|im_end|>", Rows + 1, Rows + 2);
        WriteModel("note", original.Replace("<|reserved_special_token_0|>", "<|note|>", StringComparison.Ordinal), "<|end_of_text|>", 128001, Rows);
    }

    private void WriteModel(string name, string tokenizer, string endToken, int end, int rows)
    {
        var folder = Directory.CreateDirectory(Path.Combine(Models.Path, name)).FullName;
        void Write(string file, JsonNode content) => File.WriteAllText(Path.Combine(folder, file), content.ToJsonString());
        File.WriteAllText(Path.Combine(folder, "tokenizer.json"), tokenizer);
        Write("tokenizer_config.json", new JsonObject { ["bos_token"] = "<|begin_of_text|>", ["eos_token"] = endToken, ["tokenizer_class"] = "PreTrainedTokenizerFast" });
        Write("generation_config.json", new JsonObject { ["bos_token_id"] = 128000, ["eos_token_id"] = end });
        Write("config.json", new JsonObject
        {
            ["architectures"] = new JsonArray("LlamaForCausalLM"),
            ["model_type"] = "llama",
            ["hidden_size"] = Width,
            ["intermediate_size"] = 64,
            ["num_hidden_layers"] = 1,
            ["num_attention_heads"] = 4,
            ["num_key_value_heads"] = 2,
            ["max_position_embeddings"] = 256,
            ["rope_theta"] = 500000.0,
            ["rms_norm_eps"] = 1e-5,
            ["hidden_act"] = "silu",
            ["tie_word_embeddings"] = false,
            ["bos_token_id"] = 128000,
            ["eos_token_id"] = end,
            ["vocab_size"] = rows,
        });
        var tensors = Weights(name, rows);
        var layout = ShardLayout.Of(tensors.OrderBy(tensor => tensor.Key, StringComparer.Ordinal).Select(tensor => new OutputTensor(tensor.Key, DType.F32, [.. tensor.Value.Shape])), long.MaxValue);
        using var writer = ShardWriter.Open(folder, layout);
        foreach (var (tensor, (_, values)) in tensors)
        {
            writer.Write(tensor, 0, MemoryMarshal.AsBytes<float>(values));
        }

        writer.Flush();
    }

    private Dictionary<string, (long[] Shape, float[] Values)> Weights(string name, int rows)
    {
        var made = new Dictionary<string, (long[] Shape, float[] Values)>();
        foreach (var (block, shape) in Blocks)
        {
            var tensor = $"model.layers.0.{block}.weight";
            var values = Numbers(tensor, shape, 0.125f);
            made[tensor] = (shape, name == "base" ? values : [.. values.Zip(Numbers($"{name} {tensor}", shape, 0.0078125f), (own, learned) => own + learned)]);
        }

        foreach (var norm in Norms)
        {
            made[$"{norm}.weight"] = ([Width], [.. Enumerable.Repeat(1f, Width)]);
        }

        var (embedding, head) = (Numbers("embedding", [rows, Width], 1), Numbers("head", [rows, Width], 0.125f));
        var vocabulary = new KnownVocabularies().In(Path.Combine(Models.Path, name))!;
        foreach (var chain in new[] { "base", name }.Distinct())
        {
            foreach (var (one, next) in Chains[chain].Zip(Chains[chain].Skip(1), (one, next) => (vocabulary.IdOf(one)!.Value, vocabulary.IdOf(next)!.Value)))
            {
                for (var column = 0; column < Width; column++)
                {
                    head[(next * Width) + column] += embedding[(one * Width) + column];
                }
            }
        }

        made["model.embed_tokens.weight"] = ([rows, Width], embedding);
        made["lm_head.weight"] = ([rows, Width], head);
        return made;
    }

    // each number from the name and its place alone; exact in float32, since the scale is a power of two
    private static float[] Numbers(string name, long[] shape, float scale)
    {
        var seed = Encoding.UTF8.GetBytes(name).Aggregate(2166136261u, (hash, value) => (hash ^ value) * 16777619u);
        var numbers = new float[shape.Aggregate(1L, (product, size) => product * size)];
        for (var i = 0; i < numbers.Length; i++)
        {
            var x = (uint)i + seed;
            x = (x ^ (x >> 16)) * 0x85EBCA6Bu;
            x = (x ^ (x >> 13)) * 0xC2B2AE35u;
            x ^= x >> 16;
            numbers[i] = ((x >> 8) / 8388608f - 1f) * scale;
        }

        return numbers;
    }
}
