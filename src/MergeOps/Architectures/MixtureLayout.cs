using System.Collections.Immutable;
using System.Text.Json.Nodes;

namespace MergeOps.Architectures;

/// <summary>How a family of mixtures of experts is put together, so that one can be built from dense models.</summary>
/// <param name="Name">What recipes call it.</param>
/// <param name="ModelType">The <c>model_type</c> of its configs.</param>
/// <param name="Class">The class that loads it.</param>
/// <param name="DenseTypes">The dense models whose layers are like its own, by the <c>model_type</c> of their configs.</param>
/// <param name="SharedExperts">How many experts every token goes through.</param>
/// <param name="Biases">How the names of the biases end that it has.</param>
internal sealed record MixtureLayout(
    string Name, string ModelType, string Class, ImmutableArray<string> DenseTypes, int SharedExperts, ImmutableArray<string> Biases)
{
    /// <summary>What the MLP of a dense model is called in a layer.</summary>
    public const string DenseBlock = ExpertNames.UsualBlock;

    // what classes of dense models assume where their configs are silent; those of mixtures assume other values
    private static readonly Dictionary<string, JsonObject> Silent = new(StringComparer.Ordinal)
    {
        ["llama"] = new() { ["max_position_embeddings"] = 2048, ["rms_norm_eps"] = 1e-6, ["rope_theta"] = 10000.0 },
        ["mistral"] = new() { ["max_position_embeddings"] = 131072, ["rms_norm_eps"] = 1e-6, ["rope_theta"] = 10000.0, ["num_key_value_heads"] = 8 },
        ["qwen2"] = new() { ["max_position_embeddings"] = 32768, ["rms_norm_eps"] = 1e-6, ["rope_theta"] = 10000.0, ["num_key_value_heads"] = 32 },
        ["qwen3"] = new() { ["max_position_embeddings"] = 32768, ["rms_norm_eps"] = 1e-6, ["rope_theta"] = 10000.0, ["num_key_value_heads"] = 32, ["head_dim"] = 128 },
    };

    private static readonly string[] QueryKeyValue = ["q_proj.bias", "k_proj.bias", "v_proj.bias"];

    private static readonly string[] Sliding = ["sliding_window"];

    /// <summary>All of them, in the order in which they are tried.</summary>
    public static ImmutableArray<MixtureLayout> All { get; } =
    [
        new("mixtral", "mixtral", "MixtralForCausalLM", ["llama", "mistral"], 0, []),
        new("qwen moe", "qwen2_moe", "Qwen2MoeForCausalLM", ["llama", "mistral", "qwen2"], 1, [.. QueryKeyValue]),
        new("qwen3 moe", "qwen3_moe", "Qwen3MoeForCausalLM", ["qwen3"], 0, [.. QueryKeyValue, "o_proj.bias"]),
    ];

    /// <summary>The part of a layer that holds router and experts.</summary>
    public string Block => ExpertNames.OfFamily(ModelType)!.Value.Block;

    /// <summary>The names of an expert's projections: into it with the activation, into it without, and out of it.</summary>
    public string[] Projections => ExpertNames.OfFamily(ModelType)!.Value.Names.Projections;

    /// <summary>The names of the same projections in a dense model.</summary>
    public static string[] DenseProjections => ExpertNames.OfFamily("qwen3_moe")!.Value.Names.Projections;

    /// <summary>The biases that its attention must have: those of the queries, keys and values where its class assumes them.</summary>
    public ImmutableArray<string> RequiredBiases => ModelType == "qwen2_moe" ? [.. QueryKeyValue] : [];

    /// <summary>Why it does not hold a mixture of such models; null when it does.</summary>
    /// <param name="types">The <c>model_type</c> of every model.</param>
    /// <param name="shared">How many shared experts are wanted.</param>
    public string? WhyNot(IReadOnlyCollection<string> types, int shared) =>
        types.FirstOrDefault(type => !DenseTypes.Contains(type)) is { } other ? $"its experts are of {string.Join(" or ", DenseTypes)}, not {other}"
        : types.Distinct(StringComparer.Ordinal).Count() > 1 ? $"its experts are of one family, not {string.Join(" and ", types.Distinct(StringComparer.Ordinal))}"
        : shared != SharedExperts ? $"it has {(SharedExperts == 0 ? "no shared expert" : "exactly one shared expert")}"
        : null;

    /// <summary>Why the config of a dense model cannot become one of its own; null when it can.</summary>
    public string? Objection(JsonObject dense) =>
        SharedExperts > 0 && ModelConfig.Number(dense, "head_dim") is { } size && ModelConfig.Number(dense, "hidden_size") is { } width
        && ModelConfig.Number(dense, "num_attention_heads") is { } heads && size * heads != width
            ? $"its {heads} heads have {size} numbers each, which do not add up to the {width} of its hidden states, and the layout {Name} has no setting for that"
            : null;

    /// <summary>The config of the mixture.</summary>
    /// <param name="dense">That of the dense base.</param>
    /// <param name="experts">How many experts it has.</param>
    /// <param name="perToken">How many of them a token goes through.</param>
    public JsonObject ConfigOf(JsonObject dense, int experts, long perToken)
    {
        var config = dense.DeepClone().AsObject();
        foreach (var (key, value) in Silent[(string)dense["model_type"]!])
        {
            if (config[key] is null && !(key == "rope_theta" && config["rope_parameters"] is not null))
            {
                config[key] = value!.DeepClone();
            }
        }

        config["num_key_value_heads"] ??= config["num_attention_heads"]?.DeepClone();
        config["architectures"] = new JsonArray(Class);
        config["model_type"] = ModelType;
        config["num_experts_per_tok"] = perToken;
        config["output_router_logits"] = false;
        config.Remove("auto_map");
        config.Remove("mlp_bias");
        if (ModelType == "mixtral")
        {
            config["num_local_experts"] = experts;
            config.Remove("attention_bias");
            Array.ForEach(Sliding, key => config[key] = null);
            return config;
        }

        config["num_experts"] = experts;
        config["decoder_sparse_step"] = 1;
        config["mlp_only_layers"] = new JsonArray();
        config["norm_topk_prob"] = true;
        config["moe_intermediate_size"] = config["intermediate_size"]?.DeepClone();
        if (SharedExperts > 0)
        {
            config["shared_expert_intermediate_size"] = config["intermediate_size"]?.DeepClone();
            config["use_sliding_window"] = false;
            config["qkv_bias"] = true;
            Array.ForEach(Sliding, key => config[key] = null);
        }

        return config;
    }
}
