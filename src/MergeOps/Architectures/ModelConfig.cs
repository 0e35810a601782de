using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using MergeOps.Diagnostics;
using MergeOps.Tensors;

namespace MergeOps.Architectures;

/// <summary>
/// A model's <c>config.json</c>. Models of several parts keep what describes their language model in a section of its own;
/// every question is asked of the section where the answer stands.
/// </summary>
internal sealed class ModelConfig
{
    /// <summary>The most bytes that it may have; those of real models have a hundredth of it.</summary>
    public const int LargestFile = 4 << 20;

    private static readonly string[] DepthKeys = ["num_hidden_layers", "n_layer", "num_layers", "n_layers"];

    private static readonly string[] LanguageSections =
        ["text_config", "language_config", "llm_config", "thinker_config", "text_model_config", "lm_config", "decoder"];

    private static readonly string[] TyingTypes =
    [
        "gemma", "gemma2", "gemma3", "gemma3_text", "gemma3n_text", "t5", "bert", "roberta", "xlm-roberta", "distilbert", "albert", "electra", "gpt2", "gpt_neo",
        "opt", "bloom", "bart", "mbart", "whisper", "cohere", "cohere2", "starcoder2", "smollm3", "mamba",
    ];

    // settings that make an architecture load biases
    private static readonly string[] BiasFlags = ["attention_bias", "qkv_bias", "mlp_bias", "use_bias", "bias", "add_bias_linear", "add_qkv_bias"];

    private static readonly JsonDocumentOptions Strict = new() { AllowDuplicateProperties = false };

    private ModelConfig(JsonObject root) => (Root, Language) = (root, LanguageIn(root));

    /// <summary>The keys of the quantization settings.</summary>
    public static ImmutableArray<string> QuantizationKeys { get; } = ["quantization_config", "compression_config"];

    /// <summary>The whole file.</summary>
    public JsonObject Root { get; }

    /// <summary>The section of the language model; the whole file where there is no section of its own.</summary>
    public JsonObject Language { get; }

    /// <summary>The sections that speak of the language model: its own one, then the whole file.</summary>
    public IEnumerable<JsonObject> Sections => ReferenceEquals(Root, Language) ? [Root] : [Language, Root];

    /// <summary>The kind of the whole model, such as <c>llama</c>; null when it does not say.</summary>
    public string? ModelType => Text(Root, "model_type");

    /// <summary>The kind of its language model; null when it does not say.</summary>
    public string? LanguageType => Text(Language, "model_type") ?? ModelType;

    /// <summary>The class that loads it, when it names exactly one.</summary>
    public string? Architecture => Root["architectures"] is JsonArray and [JsonValue name] && name.TryGetValue(out string? text) ? text : null;

    /// <summary>Whether that class has an output head over the vocabulary, stored or tied.</summary>
    public bool IsCausal => Architecture?.EndsWith("ForCausalLM", StringComparison.Ordinal) == true;

    /// <summary>The key of a setting that makes loaders expect biases; null when there is none.</summary>
    public string? BiasFlag => BiasFlags.FirstOrDefault(key => Flag(Language, key) == true);

    /// <summary>Whether the output head is the embedding; null when it does not say.</summary>
    public bool? TiesEmbeddings => Flag(Language, "tie_word_embeddings") ?? Flag(Root, "tie_word_embeddings");

    /// <summary>Whether its class takes the head for the embedding where the config does not say.</summary>
    public bool TiesByDefault => LanguageType is { } type && TyingTypes.Contains(type, StringComparer.Ordinal);

    /// <summary>Whether a setting of the language model is true.</summary>
    public bool IsTrue(string key) => Sections.Any(section => Flag(section, key) == true);

    /// <summary>The number of rows of the embedding; null when it does not say.</summary>
    public long? VocabularySize => Number(Language, "vocab_size") ?? Number(Root, "vocab_size");

    /// <summary>The names of the classes of a classification head in the order of its rows; empty where they have no names of their own.</summary>
    public ImmutableArray<string> Labels => Root["id2label"] is JsonObject labels
        && labels.All(label => int.TryParse(label.Key, NumberStyles.None, CultureInfo.InvariantCulture, out _) && label.Value is JsonValue)
        && !labels.All(label => label.Value!.ToString() == $"LABEL_{label.Key}")
            ? [.. labels.OrderBy(label => int.Parse(label.Key, CultureInfo.InvariantCulture)).Select(label => label.Value!.ToString())]
            : [];

    /// <summary>The quantization settings, or null.</summary>
    public JsonObject? Quantization => Sections.Reverse()
        .SelectMany(section => QuantizationKeys.Select(key => section[key] as JsonObject))
        .FirstOrDefault(found => found is not null);

    /// <summary>Reads the text of a file.</summary>
    /// <param name="text">The text, without a byte order mark.</param>
    /// <param name="owner">What messages call the model.</param>
    /// <exception cref="MergeOpsException">It is no JSON object, names a key twice, or holds half a character.</exception>
    public static ModelConfig Parse(string text, string owner)
    {
        try
        {
            var root = JsonNode.Parse(text, documentOptions: Strict) as JsonObject
                ?? throw new MergeOpsException(Codes.ConfigUnreadable, $"The {ModelFileNames.Config} of {owner} is not an object.");
            // texts are decoded only when they are read, and half of a surrogate pair cannot be
            _ = CanonicalJson.Write(root);
            return new(root);
        }
        catch (Exception problem) when (problem is JsonException or InvalidOperationException)
        {
            throw new MergeOpsException(Codes.ConfigUnreadable, $"The {ModelFileNames.Config} of {owner} is not valid JSON. {JsonFlaw.Of(text, problem)}", innerException: problem);
        }
    }

    /// <summary>Whether another model has the same classes under other numbers.</summary>
    public bool HasLabelsInOtherOrderThan(ModelConfig other) =>
        !Labels.SequenceEqual(other.Labels) && Labels.Order(StringComparer.Ordinal).SequenceEqual(other.Labels.Order(StringComparer.Ordinal), StringComparer.Ordinal);

    /// <summary>The same config, to be changed without changing this one.</summary>
    public ModelConfig Copy() => new(Root.DeepClone().AsObject());

    /// <summary>The same config with one class that loads the model.</summary>
    public ModelConfig WithArchitecture(string name)
    {
        var config = Copy();
        config.Root["architectures"] = new JsonArray(name);
        return config;
    }

    /// <summary>Whether a key may hold the section of the language model.</summary>
    public static bool IsLanguageSection(string key) => LanguageSections.Contains(key, StringComparer.Ordinal);

    /// <summary>The key that counts the layers of a section, or null.</summary>
    public static string? DepthKeyOf(JsonObject section) => DepthKeys.FirstOrDefault(key => Number(section, key) is not null);

    /// <summary>A whole number from 0 on, or null.</summary>
    public static long? Number(JsonObject section, string key) =>
        section[key] is JsonValue value && long.TryParse(value.ToString(), NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : null;

    private static bool? Flag(JsonObject section, string key) =>
        section[key] is JsonValue value && value.TryGetValue(out bool flag) ? flag : null;

    private static string? Text(JsonObject section, string key) =>
        section[key] is JsonValue value && value.TryGetValue(out string? text) ? text : null;

    private static JsonObject LanguageIn(JsonObject section)
    {
        var named = LanguageSections.Select(key => section[key] as JsonObject).FirstOrDefault(found => found is not null && Describes(found));
        return named is null ? section : LanguageIn(named);
    }

    private static bool Describes(JsonObject section) =>
        DepthKeyOf(section) is not null || section.ContainsKey("hidden_size") || section.ContainsKey("vocab_size")
        || LanguageSections.Any(key => section[key] is JsonObject);
}
