using System.Collections.Immutable;

namespace MergeOps.Architectures.Decoders;

/// <summary>
/// Models that see pictures too, whose answers to texts are those of the decoder within: its config stands under
/// <c>text_config</c>, and its tensors behind a prefix.
/// </summary>
internal static class TextPart
{
    private const string Config = "text_config";
    private const string TiedKey = "tie_word_embeddings";

    // of checkpoints as they were published, and as transformers writes them now
    private static readonly ImmutableArray<(string From, string To)> Prefixes = [("model.", "language_model.model."), ("model.", "model.language_model."), ("lm_head.", "language_model.lm_head."), ("lm_head.", "lm_head.")];

    /// <summary>Each <c>model_type</c> with its class and the type of the decoder where the inner config names none.</summary>
    public static ImmutableArray<(string ModelType, string Architecture, string Inner)> All { get; } =
    [
        ("gemma3", "Gemma3ForConditionalGeneration", "gemma3_text"),
        ("mistral3", "Mistral3ForConditionalGeneration", "mistral"),
    ];

    /// <summary>The config of the decoder within; null where the model is none of these, or has none.</summary>
    /// <param name="config">The whole config.</param>
    /// <param name="inner">The type of the decoder.</param>
    public static ConfigReader? Of(ConfigReader config, out string inner)
    {
        var type = config.Text("model_type");
        var known = All.FirstOrDefault(known => known.ModelType == type);
        inner = known.Inner ?? "";
        if (known.ModelType is null || config.Texts("architectures") is [var architecture, ..] && architecture != known.Architecture)
        {
            return null;
        }

        if (config.Block(Config) is not { } text)
        {
            config.Refuse($"config.json has no '{Config}'");
            return null;
        }

        inner = text.Text("model_type") ?? inner;
        if (config.Has("quantization_config"))
        {
            config.Refuse("the weights are quantized ('quantization_config' in config.json)");
        }

        return text;
    }

    /// <summary>The shape with what the whole config says of the output projection, which counts more than what the decoder's own says (transformers 5, <c>get_expanded_tied_weights_keys</c>).</summary>
    /// <param name="shape">The decoder as its own config describes it.</param>
    /// <param name="config">The whole config.</param>
    public static DecoderShape Tied(DecoderShape shape, ConfigReader config) =>
        config.Has(TiedKey) ? shape with { TiedEmbeddings = config.Flag(TiedKey) } : shape;

    /// <summary>The name that the files have for a tensor of the forward pass; the name itself where there is none.</summary>
    /// <param name="shape">The decoder.</param>
    /// <param name="name">The tensor.</param>
    /// <param name="isThere">Whether the files have a tensor.</param>
    public static string StoredName(DecoderShape shape, string name, Func<string, bool> isThere) => !shape.IsPart ? name
        : Prefixes.Where(prefix => name.StartsWith(prefix.From, StringComparison.Ordinal))
            .Select(prefix => prefix.To + name[prefix.From.Length..]).FirstOrDefault(isThere) ?? name;
}
