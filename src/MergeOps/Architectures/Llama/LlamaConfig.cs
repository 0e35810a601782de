using System.Text.Json;

namespace MergeOps.Architectures.Llama;

/// <summary>The shape of a Llama-like decoder: Llama, Mistral, Qwen2 and Qwen3, which differ by switches only.</summary>
internal sealed record LlamaConfig
{
    /// <summary>Windows longer than this are never scored at once: the length that lm-evaluation-harness takes by default.</summary>
    private const int LongestWindow = 2048;

    public required int VocabularySize { get; init; }

    public required int HiddenSize { get; init; }

    public required int IntermediateSize { get; init; }

    public required int Layers { get; init; }

    public required int Heads { get; init; }

    public required int KeyValueHeads { get; init; }

    public required int HeadSize { get; init; }

    /// <summary>Positions that one forward pass may see; a sliding window is never left, so full attention is exact.</summary>
    public required int ContextLength { get; init; }

    public double NormEpsilon { get; init; } = 1e-6;

    public double RopeTheta { get; init; } = 10_000;

    public RopeScaling RopeScaling { get; init; } = RopeScaling.None;

    /// <summary>Whether q, k and v have a bias.</summary>
    public bool QkvBias { get; init; }

    /// <summary>Whether the attention's output projection has a bias.</summary>
    public bool OutputBias { get; init; }

    public bool MlpBias { get; init; }

    /// <summary>Whether each head of q and k is normalised before the rotation (Qwen3).</summary>
    public bool QkNorm { get; init; }

    /// <summary>Whether the output projection is the embedding.</summary>
    public bool TiedEmbeddings { get; init; }

    /// <summary>Reads a <c>config.json</c>; null with the reason when the forward pass would not be exact.</summary>
    public static LlamaConfig? TryRead(JsonElement root, out string? whyNot)
    {
        if (root.ValueKind != JsonValueKind.Object)
        {
            whyNot = "config.json is not an object";
            return null;
        }

        var reader = new ConfigReader(root);
        var config = Read(reader);
        whyNot = reader.WhyNot;
        return whyNot is null ? config : null;
    }

    private static LlamaConfig Read(ConfigReader reader)
    {
        var family = Family(reader);
        if (reader.Has("quantization_config"))
        {
            reader.Refuse("the weights are quantised");
        }

        if (reader.Text("hidden_act") is { } activation and not ("silu" or "swish"))
        {
            reader.Refuse($"activation '{activation}' has no implementation here (there is: silu)");
        }

        if (reader.Positive("partial_rotary_factor", 1) != 1)
        {
            reader.Refuse("partial rotary embedding has no implementation here");
        }

        var hidden = reader.Size("hidden_size");
        var heads = reader.Size("num_attention_heads");
        var attentionBias = reader.Flag("attention_bias");
        var config = new LlamaConfig
        {
            VocabularySize = reader.Size("vocab_size"),
            HiddenSize = hidden,
            IntermediateSize = reader.Size("intermediate_size"),
            Layers = reader.Size("num_hidden_layers"),
            Heads = heads,
            KeyValueHeads = reader.Size("num_key_value_heads", family == "llama" ? heads : null),
            HeadSize = reader.Size("head_dim", family == "qwen3" ? 128 : Math.Max(1, hidden / heads)),
            ContextLength = Context(reader, family),
            NormEpsilon = reader.Positive("rms_norm_eps", 1e-6),
            RopeTheta = reader.Positive("rope_theta", reader.Block("rope_parameters")?.Positive("rope_theta", 10_000) ?? 10_000),
            RopeScaling = RopeScaling.Read(reader),
            QkvBias = attentionBias || family == "qwen2",
            OutputBias = attentionBias,
            MlpBias = reader.Flag("mlp_bias"),
            QkNorm = family == "qwen3",
            TiedEmbeddings = reader.Flag("tie_word_embeddings"),
        };
        if (config.Heads % config.KeyValueHeads != 0 || config.HeadSize % 2 != 0)
        {
            reader.Refuse(
                $"{config.Heads} heads of size {config.HeadSize} with {config.KeyValueHeads} key/value heads are inconsistent");
        }

        return config;
    }

    private static string Family(ConfigReader reader)
    {
        var architecture = reader.FirstText("architectures");
        var family = reader.Text("model_type");
        var expected = family switch
        {
            "llama" => "LlamaForCausalLM",
            "mistral" => "MistralForCausalLM",
            "qwen2" => "Qwen2ForCausalLM",
            "qwen3" => "Qwen3ForCausalLM",
            _ => null,
        };
        if (family is null && architecture is not null)
        {
            reader.Refuse("config.json has no 'model_type'");
        }
        else if (expected is null || (architecture ?? expected) != expected)
        {
            reader.Refuse(
                $"no forward pass for architecture '{architecture ?? family ?? "unknown"}' "
                + "(there are: LlamaForCausalLM, MistralForCausalLM, Qwen2ForCausalLM, Qwen3ForCausalLM)");
        }

        return family ?? "";
    }

    private static int Context(ConfigReader reader, string family)
    {
        var context = Math.Min(reader.Size("max_position_embeddings", 2048), LongestWindow);
        var slides = family == "mistral" || reader.Flag("use_sliding_window");
        return slides ? Math.Min(context, reader.Size("sliding_window", 4096)) : context;
    }
}
