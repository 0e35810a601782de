using System.Collections.Immutable;
using System.Text.Json;
using MergeOps.Architectures.Decoders.Rotary;
using MergeOps.Methods.Contract;

namespace MergeOps.Architectures.Decoders;

/// <summary>
/// A family of causal decoders whose forward pass is known: what its <c>config.json</c> means, as transformers reads it. Each
/// class in <c>Families/</c> is found by itself.
/// </summary>
internal abstract class DecoderFamily
{
    /// <summary>Windows longer than this are never scored at once: the length that lm-evaluation-harness takes by default.</summary>
    private const int LongestWindow = 2048;

    private const string UsualActivationKey = "hidden_act";
    private const string FullAttention = "full_attention";
    private const string SlidingAttention = "sliding_attention";

    private static readonly Lazy<ImmutableArray<DecoderFamily>> Found = new(() =>
    [
        .. from type in new PlugInFolder("Architectures/Decoders/Families").Types()
           where type.IsSubclassOf(typeof(DecoderFamily)) && !type.IsAbstract
           let family = (DecoderFamily)Activator.CreateInstance(type)!
           orderby family.Architecture
           select family,
    ]);

    /// <summary>Every family.</summary>
    public static ImmutableArray<DecoderFamily> All => Found.Value;

    /// <summary>What <c>model_type</c> says.</summary>
    public abstract string ModelType { get; }

    /// <summary>The class that <c>architectures</c> names.</summary>
    public abstract string Architecture { get; }

    /// <summary>The class of the model without what predicts tokens.</summary>
    public string Body => Architecture.Replace("ForCausalLM", "Model", StringComparison.Ordinal);

    /// <summary>How it differs from Llama, in a line that ends without a full stop.</summary>
    public abstract string Differences { get; }

    /// <summary>The base of the rotary frequencies where the config names none.</summary>
    protected virtual double DefaultTheta => 10_000;

    /// <summary>Whether a part of each head may turn and the rest stay.</summary>
    protected virtual bool TurnsInPart => false;

    /// <summary>The kind of rotary scaling that the family means by a name.</summary>
    protected virtual string RotaryKind(string name) => name;

    /// <summary>Whether a <c>config.json</c> is one of these families, exact here or not.</summary>
    public static bool IsOne(JsonElement root) =>
        root.ValueKind is JsonValueKind.Object && root.TryGetProperty("model_type", out var type) && type.ValueKind is JsonValueKind.String
        && All.Any(family => type.ValueEquals(family.ModelType));

    /// <summary>Reads a <c>config.json</c>; null with the reason when the forward pass would not be exact.</summary>
    /// <param name="root">The root of the file.</param>
    /// <param name="whyNot">Why not.</param>
    /// <param name="isBody">Whether the model may be one without what predicts tokens.</param>
    public static DecoderShape? TryRead(JsonElement root, out string? whyNot, bool isBody = false)
    {
        if (root.ValueKind != JsonValueKind.Object)
        {
            whyNot = "config.json is not an object";
            return null;
        }

        var config = new ConfigReader(root);
        var shape = !isBody && TextPart.Of(config, out var inner) is { } text ? Within(config, text, inner) : Of(config, isBody)?.ReadWhole(config);
        whyNot = config.WhyNot;
        return whyNot is null ? shape : null;
    }

    /// <summary>The shape that the config describes; what would not be exact is refused.</summary>
    protected abstract DecoderShape Read(ConfigReader config);

    /// <summary>What most families have in common.</summary>
    /// <param name="config">The config.</param>
    /// <param name="keyValueHeads">Counts where the config does not say; null where it must.</param>
    /// <param name="headSize">Counts where the config does not say; null for the hidden size over the heads.</param>
    /// <param name="epsilon">Of the norms, where the config does not say.</param>
    /// <param name="activationKey">The key of the activation.</param>
    /// <param name="isTied">Whether the output projection is the embedding where the config does not say.</param>
    /// <param name="hasRotary">Whether the rotary settings stand where most families have them.</param>
    /// <param name="usualHeads">Counts where the config does not say; null where it must.</param>
    /// <param name="usualVocabulary">Counts where the config does not say; null where it must.</param>
    protected DecoderShape Common(
        ConfigReader config,
        int? keyValueHeads = null,
        int? headSize = null,
        double epsilon = 1e-6,
        string activationKey = UsualActivationKey,
        bool isTied = false,
        bool hasRotary = true,
        int? usualHeads = null,
        int? usualVocabulary = null)
    {
        var hidden = config.Size("hidden_size");
        var heads = config.Size("num_attention_heads", usualHeads);
        var size = config.Size("head_dim", headSize ?? Math.Max(1, hidden / heads));
        return new()
        {
            VocabularySize = config.Size("vocab_size", usualVocabulary),
            HiddenSize = hidden,
            IntermediateSize = config.Size("intermediate_size"),
            Layers = config.Size("num_hidden_layers"),
            Heads = heads,
            KeyValueHeads = config.Size("num_key_value_heads", keyValueHeads),
            HeadSize = size,
            ContextLength = Math.Min(Positions(config), LongestWindow),
            Positions = Positions(config),
            NormEpsilon = config.Positive("rms_norm_eps", epsilon),
            Activation = Activations.Read(config, activationKey, activationKey == UsualActivationKey ? "silu" : "gelu_pytorch_tanh"),
            Rotary = hasRotary ? RotaryReader.Read(config, size, Positions(config), DefaultTheta, TurnsInPart, RotaryKind) : RotarySettings.Plain(DefaultTheta),
            TiedEmbeddings = config.Flag("tie_word_embeddings", isTied),
        };
    }

    /// <summary>As many key and value heads as heads, which older configs do not repeat.</summary>
    protected static int HeadsOf(ConfigReader config) => config.Size("num_attention_heads");

    /// <summary>The longest input that the model is made for.</summary>
    protected static int Positions(ConfigReader config) => config.Size("max_position_embeddings", LongestWindow);

    /// <summary>The layers with their windows, by <c>layer_types</c> or else by the family's own rule.</summary>
    /// <param name="config">The config.</param>
    /// <param name="shape">What was read so far.</param>
    /// <param name="window">The window; null where the config has none.</param>
    /// <param name="slides">The family's rule.</param>
    /// <param name="local">How positions turn the heads of a layer with a window.</param>
    protected static ImmutableArray<LayerAttention> Layers(ConfigReader config, DecoderShape shape, int? window, Func<int, bool> slides, RotarySettings? local = null)
    {
        var types = config.Texts("layer_types");
        if (types?.FirstOrDefault(type => type is not (FullAttention or SlidingAttention)) is { } unknown)
        {
            config.Refuse($"layers of type '{unknown}' have no implementation here (there are: {FullAttention}, {SlidingAttention})");
        }

        if (types is { } listed && listed.Length != shape.Layers)
        {
            config.Refuse($"'layer_types' in config.json has {listed.Length} entries for {shape.Layers} layers");
            return EveryLayer(shape, window: null);
        }

        if (window is null && types?.Contains(SlidingAttention) == true)
        {
            config.Refuse("config.json has layers with a sliding window but no window size");
        }

        return
        [
            .. Enumerable.Range(0, shape.Layers).Select(layer => (types is { } known ? known[layer] == SlidingAttention : window is not null && slides(layer))
                ? new LayerAttention(window, local ?? shape.Rotary)
                : new LayerAttention(null, shape.Rotary)),
        ];
    }

    /// <summary>The window of a config that has one unless it says null.</summary>
    protected static int? WindowOf(ConfigReader config, int? usual) =>
        config.Has("sliding_window") ? config.Size("sliding_window") : config.IsNull("sliding_window") ? null : usual;

    /// <summary>The window of a config that has one only where <c>use_sliding_window</c> says so.</summary>
    protected static int? SwitchedWindowOf(ConfigReader config, int? usual)
    {
        var window = WindowOf(config, usual);
        return config.Flag("use_sliding_window") ? window : null;
    }

    /// <summary>Every layer with the same window.</summary>
    protected static ImmutableArray<LayerAttention> EveryLayer(DecoderShape shape, int? window) =>
        [.. Enumerable.Repeat(new LayerAttention(window, shape.Rotary), shape.Layers)];

    private static DecoderShape? Within(ConfigReader config, ConfigReader text, string type)
    {
        if (All.FirstOrDefault(family => family.ModelType == type) is not { } family)
        {
            config.Refuse($"no forward pass for '{type}' within a larger model");
            return null;
        }

        var shape = TextPart.Tied(family.ReadWhole(text), config);
        return shape with { IsPart = true, EndTokens = config.Tokens("eos_token_id") is { IsEmpty: false } named ? named : shape.EndTokens };
    }

    private static DecoderFamily? Of(ConfigReader config, bool isBody)
    {
        var architectures = config.Texts("architectures");
        var architecture = architectures is [var first, ..] ? first : null;
        var type = config.Text("model_type");
        if (type is null && architecture is not null)
        {
            config.Refuse("config.json has no 'model_type'");
        }

        var family = All.FirstOrDefault(family => family.ModelType == type);
        if (family is null || !((architecture ?? family.Architecture) == family.Architecture || (isBody && architecture == family.Body)))
        {
            config.Refuse(
                $"no forward pass for architecture '{architecture ?? type ?? "unknown"}' "
                + $"(there are: {string.Join(", ", All.Select(known => known.Architecture).Concat(TextPart.All.Select(known => known.Architecture)))})");
            return null;
        }

        return family;
    }

    private DecoderShape ReadWhole(ConfigReader config)
    {
        var shape = Read(config);
        if (shape.Heads % shape.KeyValueHeads != 0 || shape.HeadSize % 2 != 0)
        {
            config.Refuse($"{shape.Heads} heads of size {shape.HeadSize} with {shape.KeyValueHeads} key/value heads are inconsistent");
        }

        if (shape.Experts is { } experts && experts.PerToken > experts.Count)
        {
            config.Refuse($"a token goes through {experts.PerToken} of {experts.Count} experts");
        }

        ForwardKeys.RefuseUnread(config, ModelType);
        return shape with { EndTokens = config.Tokens("eos_token_id") };
    }
}
