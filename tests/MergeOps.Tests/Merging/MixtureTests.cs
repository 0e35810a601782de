using System.Runtime.InteropServices;
using System.Text.Json.Nodes;
using MergeOps.Diagnostics;
using MergeOps.Merging;
using MergeOps.Methods.Operators;
using MergeOps.Planning;
using MergeOps.Tensors;
using MergeOps.Tests.Planning;
using MergeOps.Tests.Tokenizers;
using Xunit;

namespace MergeOps.Tests.Merging;

/// <summary>Mixtures of experts from dense models: what lies where, and the numbers of their routers.</summary>
public sealed class MixtureTests : PlanningTests
{
    private const int Hidden = 8;
    private const int Inner = 12;
    private const int Layers = 2;

    private static readonly string[] Words = ["the", "quick", "brown", "fox", "jumps", "over", "lazy", "dog"];

    private string Out => Path.Combine(Models.Path, "out");

    private JsonObject Config => JsonNode.Parse(File.ReadAllText(Path.Combine(Out, "config.json")))!.AsObject();

    [Fact]
    public void Experts_are_the_MLPs_of_their_models_in_the_layout_of_Mixtral()
    {
        Dense("base", "llama", 1);
        Dense("a", "llama", 2);
        Dense("b", "llama", 3);

        var plan = Merge(Recipe("random", "./a", "./b"));

        for (var layer = 0; layer < Layers; layer++)
        {
            foreach (var (expert, model) in new[] { (0, "a"), (1, "b") })
            {
                foreach (var (own, dense) in new[] { ("w1", "gate_proj"), ("w3", "up_proj"), ("w2", "down_proj") })
                {
                    Assert.Equal(Bytes(model, $"model.layers.{layer}.mlp.{dense}.weight"), Bytes("out", $"model.layers.{layer}.block_sparse_moe.experts.{expert}.{own}.weight"));
                }
            }

            Assert.Equal(Bytes("base", $"model.layers.{layer}.self_attn.q_proj.weight"), Bytes("out", $"model.layers.{layer}.self_attn.q_proj.weight"));
            Assert.Equal([2, Hidden], Tensors("out")[$"model.layers.{layer}.block_sparse_moe.gate.weight"].Shape);
        }

        Assert.DoesNotContain(plan.Jobs, job => job.Name.Contains(".mlp.", StringComparison.Ordinal));
        Assert.Equal(("mixtral", "MixtralForCausalLM", 2, 2), ((string)Config["model_type"]!, (string)Config["architectures"]![0]!, (int)Config["num_local_experts"]!, (int)Config["num_experts_per_tok"]!));

        // what the class of the mixture would assume otherwise
        Assert.Equal((10000.0, 1e-6, 2), ((double)Config["rope_theta"]!, (double)Config["rms_norm_eps"]!, (int)Config["num_key_value_heads"]!));
    }

    [Fact]
    public void Qwen2_has_a_shared_expert_with_a_gate_and_biases_that_another_family_lacks()
    {
        Dense("base", "mistral", 1);
        Dense("a", "mistral", 2);
        Dense("b", "mistral", 3);

        Merge(Recipe("uniform_random", "./a", "./b") + "shared_experts:\n  - source_model: ./base\nexperts_per_token: 1\n");

        Assert.Equal(Bytes("b", "model.layers.1.mlp.up_proj.weight"), Bytes("out", "model.layers.1.mlp.experts.1.up_proj.weight"));
        Assert.Equal(Bytes("base", "model.layers.1.mlp.up_proj.weight"), Bytes("out", "model.layers.1.mlp.shared_expert.up_proj.weight"));
        Assert.Equal([1, Hidden], Tensors("out")["model.layers.0.mlp.shared_expert_gate.weight"].Shape);
        Assert.All(Numbers("model.layers.0.self_attn.q_proj.bias"), value => Assert.Equal(0, value));
        Assert.Equal([4], Tensors("out")["model.layers.0.self_attn.k_proj.bias"].Shape);
        Assert.Equal(("qwen2_moe", 2, 1, Inner, Inner, 1), (
            (string)Config["model_type"]!, (int)Config["num_experts"]!, (int)Config["num_experts_per_tok"]!, (int)Config["moe_intermediate_size"]!, (int)Config["shared_expert_intermediate_size"]!, (int)Config["decoder_sparse_step"]!));
        Assert.All(Numbers("model.layers.0.mlp.gate.weight"), value => Assert.InRange(Math.Abs(value), 0, Math.Sqrt(1.0 / Hidden)));
    }

    [Fact]
    public void Qwen3_models_become_a_mixture_of_Qwen3()
    {
        Dense("base", "qwen3", 1);
        Dense("a", "qwen3", 2);

        Merge(Recipe("random", "./a", "./base"));

        Assert.Equal(Bytes("base", "model.layers.0.mlp.down_proj.weight"), Bytes("out", "model.layers.0.mlp.experts.1.down_proj.weight"));
        Assert.Equal(("qwen3_moe", true), ((string)Config["model_type"]!, (bool)Config["norm_topk_prob"]!));
    }

    [Theory]
    [InlineData("llama", "llama", "architecture: qwen", "qwen moe: it has exactly one shared expert")]
    [InlineData("llama", "llama", "architecture: deepseek", "DeepSeek's layout need custom code")]
    [InlineData("llama", "llama", "architecture: gemma", "no layout 'gemma'")]
    [InlineData("phi3", "phi3", "", "mixtral: its experts are of llama or mistral, not phi3")]
    [InlineData("llama", "mistral", "", "its experts are of one family, not llama and mistral")]
    [InlineData("qwen3", "qwen3", "shared_experts: [{ source_model: ./a }]", "qwen3 moe: it has no shared expert")]
    public void Where_no_layout_fits_the_reason_of_each_is_said(string ofBase, string ofExperts, string key, string reason)
    {
        Dense("base", ofBase, 1);
        Dense("a", ofExperts, 2);
        Dense("b", ofExperts, 3);

        var refusal = Refused(Recipe("random", "./a", "./b") + key + "\n");

        Assert.Equal(Codes.MixtureWithoutLayout, refusal.Code);
        Assert.Contains(reason, refusal.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public void Random_rows_follow_from_seed_tensor_and_place()
    {
        Dense("base", "llama", 1);
        Dense("a", "llama", 2);
        Dense("b", "llama", 3);

        Merge(Recipe("random", "./a", "./b") + "seed: 5\n", tileElements: 3);
        var (first, second) = (Numbers("model.layers.0.block_sparse_moe.gate.weight"), Numbers("model.layers.1.block_sparse_moe.gate.weight"));
        Merge(Recipe("random", "./a", "./b") + "seed: 5\n");

        Assert.Equal(first, Numbers("model.layers.0.block_sparse_moe.gate.weight"));
        Assert.NotEqual(first, second);

        // the share that two words of the generator give, and the quantile at it by bisection over the distribution function
        var (high, low) = (RandomWords.Of(5, "model.layers.0.block_sparse_moe.gate.weight", 0), RandomWords.Of(5, "model.layers.0.block_sparse_moe.gate.weight", 1));
        for (var i = 0; i < first.Length; i++)
        {
            var share = ((((ulong)high[i] << 21) | (low[i] >> 11)) + 0.5) / (1L << 53);
            Assert.Equal(share, Normal(first[i]), 1e-6);
        }
    }

    [Fact]
    public void Cheap_rows_are_sums_of_the_embeddings_of_prompts_less_those_against_it()
    {
        Dense("base", "llama", 1);
        Dense("a", "llama", 2);
        Dense("b", "llama", 3);
        Models.File("base", "tokenizer.json", TokenizerFixture.Json(Words, "<s>", "<x>")).File("base", "tokenizer_config.json", """{"bos_token": "<s>"}""");

        Merge("""
            merge_method: moe
            base_model: ./base
            gate_mode: cheap_embed
            dtype: float32
            experts:
              - source_model: ./a
                positive_prompts: ["<s>", "<s><s>"]
              - source_model: ./b
                positive_prompts: ["<s>"]
                negative_prompts: ["<x>"]
            """);

        // the token that begins texts stands before each
        var embedding = Numbers("model.embed_tokens.weight").Chunk(Hidden).Select(row => Array.ConvertAll(row, value => (double)value)).ToArray();
        var begin = Unit(embedding[8]);
        var against = Unit(Sum(embedding[8], embedding[9]));
        foreach (var layer in Enumerable.Range(0, Layers))
        {
            var rows = Numbers($"model.layers.{layer}.block_sparse_moe.gate.weight").Chunk(Hidden).ToArray();
            Near(begin, rows[0]);
            Near(Unit([.. begin.Zip(against, (one, other) => one - other)]), rows[1]);
        }
    }

    [Fact]
    public void An_expert_can_be_a_model_with_an_adapter()
    {
        Dense("base", "llama", 1);
        Dense("a", "llama", 2);
        (string Name, DType DType, long[] Shape)[] factors =
        [
            ("base_model.model.model.layers.1.mlp.gate_proj.lora_A.weight", DType.F32, [2, Hidden]),
            ("base_model.model.model.layers.1.mlp.gate_proj.lora_B.weight", DType.F32, [Inner, 2]),
        ];
        Models.Mixed("lora", null, factors).File("lora", "adapter_config.json", """{"peft_type": "LORA", "r": 2, "lora_alpha": 4, "target_modules": ["gate_proj"]}""");
        foreach (var (name, _, shape) in factors)
        {
            Models.Poke("lora", name, 0, SmallModels.Random(DType.F32, shape, 7));
        }

        File.Move(Path.Combine(Models.Path, "lora", "model.safetensors"), Path.Combine(Models.Path, "lora", "adapter_model.safetensors"));
        Merge("merge_method: passthrough\nmodels:\n  - model: ./a+./lora\n", "applied");

        Merge(Recipe("random", "./a+./lora", "./a"));

        Assert.Equal(Bytes("applied", "model.layers.1.mlp.gate_proj.weight"), Bytes("out", "model.layers.1.block_sparse_moe.experts.0.w1.weight"));
        Assert.Equal(Bytes("a", "model.layers.1.mlp.gate_proj.weight"), Bytes("out", "model.layers.1.block_sparse_moe.experts.1.w1.weight"));
        Assert.NotEqual(Bytes("a", "model.layers.1.mlp.gate_proj.weight"), Bytes("applied", "model.layers.1.mlp.gate_proj.weight"));
        Assert.Equal(Bytes("a", "model.layers.1.mlp.up_proj.weight"), Bytes("out", "model.layers.1.block_sparse_moe.experts.0.w3.weight"));
    }

    [Fact]
    public void An_expert_can_be_a_stage_and_the_digest_knows_gate_and_seed()
    {
        Dense("base", "llama", 1);
        Dense("a", "llama", 2);
        Dense("b", "llama", 3);
        const string Stage = "name: blend\nmerge_method: linear\nmodels:\n  - model: ./a\n  - model: ./b\nparameters: { weight: 0.5 }\ndtype: float32\n---\n";
        Merge(Stage.Replace("name: blend\n", "", StringComparison.Ordinal).Replace("---\n", "", StringComparison.Ordinal), "blend-of-files");

        var plan = Merge(Stage + Recipe("random", "blend", "./b"));

        Assert.Equal(Bytes("blend-of-files", "model.layers.1.mlp.up_proj.weight"), Bytes("out", "model.layers.1.block_sparse_moe.experts.0.w3.weight"));
        Assert.NotEqual(plan.Digest, Plan(Stage + Recipe("random", "blend", "./b") + "seed: 1\n").Digest);
        Assert.NotEqual(plan.Digest, Plan(Stage + Recipe("uniform_random", "blend", "./b")).Digest);
    }

    private static string Recipe(string gate, params string[] experts) =>
        $"merge_method: moe\nbase_model: ./base\ngate_mode: {gate}\nexperts:\n{string.Concat(experts.Select(expert => $"  - source_model: {expert}\n"))}";

    private static double[] Sum(double[] first, double[] second) => [.. first.Zip(second, (one, other) => one + other)];

    private static double[] Unit(double[] row) => [.. row.Select(value => value / Math.Sqrt(row.Sum(each => each * each)))];

    private static void Near(double[] expected, float[] found) =>
        Assert.All(expected.Zip(found), pair => Assert.Equal(pair.First, pair.Second, 1e-6));

    // Simpson's rule over the density
    private static double Normal(double value)
    {
        const int Steps = 2000;
        var (start, sum) = (-9.0, 0.0);
        var width = (value - start) / Steps;
        for (var i = 0; i <= Steps; i++)
        {
            var at = start + (i * width);
            sum += (i == 0 || i == Steps ? 1 : i % 2 == 1 ? 4 : 2) * Math.Exp(-at * at / 2);
        }

        return sum * width / 3 / Math.Sqrt(2 * Math.PI);
    }

    private MergePlan Merge(string yaml, string output = "out", int tileElements = 1 << 18)
    {
        var plan = Plan(yaml);
        var place = Path.Combine(Models.Path, output);
        if (Directory.Exists(place))
        {
            Directory.Delete(place, recursive: true);
        }

        MergeEngine.Run(plan, new MergeOptions { Output = place, TileElements = tileElements }, null, TestContext.Current.CancellationToken);
        return plan;
    }

    private void Dense(string name, string type, int seed)
    {
        var tensors = new SortedDictionary<string, long[]>(StringComparer.Ordinal)
        {
            ["model.embed_tokens.weight"] = [16, Hidden],
            ["model.norm.weight"] = [Hidden],
            ["lm_head.weight"] = [16, Hidden],
        };
        for (var layer = 0; layer < Layers; layer++)
        {
            var prefix = $"model.layers.{layer}";
            tensors[$"{prefix}.input_layernorm.weight"] = [Hidden];
            tensors[$"{prefix}.post_attention_layernorm.weight"] = [Hidden];
            tensors[$"{prefix}.self_attn.q_proj.weight"] = [Hidden, Hidden];
            tensors[$"{prefix}.self_attn.k_proj.weight"] = [4, Hidden];
            tensors[$"{prefix}.self_attn.v_proj.weight"] = [4, Hidden];
            tensors[$"{prefix}.self_attn.o_proj.weight"] = [Hidden, Hidden];
            tensors[$"{prefix}.mlp.gate_proj.weight"] = [Inner, Hidden];
            tensors[$"{prefix}.mlp.up_proj.weight"] = [Inner, Hidden];
            tensors[$"{prefix}.mlp.down_proj.weight"] = [Hidden, Inner];
        }

        var config = new JsonObject
        {
            ["architectures"] = new JsonArray("DenseForCausalLM"),
            ["model_type"] = type,
            ["hidden_size"] = Hidden,
            ["intermediate_size"] = Inner,
            ["num_hidden_layers"] = Layers,
            ["num_attention_heads"] = 4,
            ["num_key_value_heads"] = 2,
            ["vocab_size"] = 16,
            ["tie_word_embeddings"] = false,
            ["torch_dtype"] = "float32",
        };
        Models.Model(name, tensors, DType.F32, config.ToJsonString());
        foreach (var tensor in tensors)
        {
            Models.Poke(name, tensor.Key, 0, SmallModels.Random(DType.F32, tensor.Value, (seed * 100) + tensor.Key.Length));
        }
    }

    private TensorMap<TensorInfo> Tensors(string model) => CheckpointReader.Open(Path.Combine(Models.Path, model), []).Tensors;

    private byte[] Bytes(string model, string tensor)
    {
        var checkpoint = CheckpointReader.Open(Path.Combine(Models.Path, model), []);
        using var reader = new TensorReader(checkpoint);
        var bytes = new byte[checkpoint.Tensors[tensor].ByteLength];
        reader.Read(checkpoint.Tensors[tensor], 0, bytes);
        return bytes;
    }

    private float[] Numbers(string tensor) => MemoryMarshal.Cast<byte, float>(Bytes("out", tensor)).ToArray();
}
