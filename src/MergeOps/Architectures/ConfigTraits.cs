using System.Globalization;
using System.Text.Json.Nodes;

namespace MergeOps.Architectures;

/// <summary>What a config says where it changes the meaning of the weights, in one spelling: two weights can be averaged only where these agree.</summary>
internal static class ConfigTraits
{
    /// <summary>The kind of the language model.</summary>
    public const string ModelType = "model_type";

    /// <summary>The names of the classes of a classification head.</summary>
    public const string Labels = "id2label";

    // newer configs call the language model of a model of several parts by the whole one's type with this behind it
    private const string TextSuffix = "_text";

    // what older configs call positions in several dimensions; those of a text are alike in all of them
    private const string SeveralDimensions = "mrope";

    private const string Dimensions = "mrope_section";

    // each trait with the keys that give it in different architectures
    private static readonly Trait[] Scalars =
    [
        new("norm epsilon", ["rms_norm_eps", "layer_norm_eps", "layer_norm_epsilon", "norm_epsilon", "norm_eps"]),
        new("num_attention_heads", ["num_attention_heads", "n_head", "n_heads"]),
        new("activation", ["hidden_act", "hidden_activation", "activation_function"]),
        new("partial_rotary_factor", ["partial_rotary_factor", "rotary_pct"]),
        new("attn_logit_softcapping", ["attn_logit_softcapping"]),
        new("final_logit_softcapping", ["final_logit_softcapping"]),
        new("query_pre_attn_scalar", ["query_pre_attn_scalar"]),
        new("attention_multiplier", ["attention_multiplier"]),
        new("logits_scaling", ["logits_scaling"]),
        new("num_experts_per_tok", ["num_experts_per_tok"]),
    ];

    // equal names and shapes under two types are one architecture where these agree
    private static readonly string[] Decisive = ["norm epsilon", "num_attention_heads", "num_key_value_heads", "rope_theta", "rope_scaling", "activation"];

    // what the library writes down of itself
    private static readonly string[] OfLibrary = ["transformers_version", "_name_or_path", "_commit_hash", "__version__"];

    // what a library takes where the key is absent; without an entry an absent key says nothing
    private static readonly Dictionary<string, LibraryDefaults> Defaults = new(StringComparer.Ordinal)
    {
        ["llama"] = new(10000, 1e-6),
        ["mistral"] = new(10000, 1e-6),
        ["mixtral"] = new(1000000, 1e-5),
        ["qwen2"] = new(10000, 1e-6),
        ["qwen3"] = new(10000, 1e-6),
        ["gemma"] = new(10000, 1e-6),
        ["gemma2"] = new(10000, 1e-6),
        ["phi3"] = new(10000, 1e-5),
        ["bert"] = new(0, 1e-12),
    };

    // traits whose keys have names of their own, or that more than one key decides
    private static readonly Trait[] Others =
    [
        new(ModelType, [ModelType]),
        new("num_key_value_heads", ["num_key_value_heads"]),
        new("head_dim", ["head_dim", "hidden_size"]),
        new("rope_theta", ["rope_theta", "rope_parameters"]),
        new("rope_scaling", ["rope_scaling", "rope_parameters"]),
        new(Dimensions, ["rope_scaling", "rope_parameters"]),
        new("sliding_window", ["sliding_window", "use_sliding_window"]),
        new(Labels, [Labels, "label2id"]),
    ];

    /// <summary>The traits that a key of a config decides.</summary>
    public static IEnumerable<string> DecidedBy(string key) =>
        Scalars.Concat(Others).Where(trait => trait.Keys.Contains(key, StringComparer.Ordinal)).Select(trait => trait.Name);

    /// <summary>Whether two models of different types that differ in a trait are two architectures.</summary>
    public static bool IsDecisive(string trait) => Decisive.Contains(trait, StringComparer.Ordinal);

    /// <summary>Removes from settings what a library writes down of itself, which changes no model.</summary>
    public static void RemoveNotesOfLibrary(JsonNode settings)
    {
        foreach (var key in OfLibrary)
        {
            (settings as JsonObject)?.Remove(key);
        }
    }

    /// <summary>The traits that a config states or its library takes by default, by their names.</summary>
    public static SortedList<string, string> Of(ModelConfig config)
    {
        var section = config.Language;
        var traits = new SortedList<string, string>(StringComparer.Ordinal);
        var type = section[ModelType]?.ToString() ?? config.ModelType;
        Set(ModelType, type?.EndsWith(TextSuffix, StringComparison.Ordinal) == true ? type[..^TextSuffix.Length] : type);
        var defaults = type is null ? null : Defaults.GetValueOrDefault(type);
        foreach (var (trait, keys) in Scalars)
        {
            Set(trait, keys.Select(key => Canonical(section[key])).FirstOrDefault(value => value is not null));
        }

        if (!traits.ContainsKey("norm epsilon") && defaults is not null)
        {
            Set("norm epsilon", Canonical(defaults.Epsilon));
        }

        var heads = traits.GetValueOrDefault("num_attention_heads");
        Set("num_key_value_heads", Canonical(section["num_key_value_heads"]) ?? (type == "llama" ? heads : null));
        Set("head_dim", Canonical(section["head_dim"]) ?? HeadSize(section, heads));
        Set("rope_theta", Canonical(Rope(section, "rope_theta")) ?? (defaults is { Theta: > 0 } ? Canonical(defaults.Theta) : null));
        Set("rope_scaling", Scaling(section));
        Set(Dimensions, Canonical(RopeOf(section)?[Dimensions]));
        Set("sliding_window", Window(section));
        Set(Labels, config.Labels.IsEmpty ? null : $"[{string.Join(", ", config.Labels)}]");
        return traits;

        void Set(string trait, string? value)
        {
            if (value is not null)
            {
                traits[trait] = value;
            }
        }
    }

    /// <summary>A value in one spelling: 10000 and 1e4 are the same; null for null.</summary>
    public static string? Canonical(JsonNode? node) => node switch
    {
        null => null,
        JsonValue value when double.TryParse(value.ToString(), NumberStyles.Float, CultureInfo.InvariantCulture, out var number) => Canonical(number),
        JsonObject map => "{" + string.Join(", ", map.OrderBy(member => member.Key, StringComparer.Ordinal).Select(member => $"{member.Key}: {Canonical(member.Value) ?? "null"}")) + "}",
        JsonArray list => "[" + string.Join(", ", list.Select(item => Canonical(item) ?? "null")) + "]",
        _ => node.ToString(),
    };

    private static string Canonical(double number) => number.ToString("R", CultureInfo.InvariantCulture);

    // newer configs keep all of rope in one object, older ones in two keys
    private static JsonNode? Rope(JsonObject section, string key) => (section["rope_parameters"] as JsonObject)?[key] ?? section[key];

    private static JsonObject? RopeOf(JsonObject section) => section["rope_parameters"] as JsonObject ?? section["rope_scaling"] as JsonObject;

    private static string Scaling(JsonObject section)
    {
        var scaling = RopeOf(section);
        var type = (scaling?["rope_type"] ?? scaling?["type"])?.ToString();
        return scaling is null || type is null or "default" or SeveralDimensions
            ? "none"
            : Canonical(new JsonObject(scaling
                .Where(member => member.Key is not ("rope_theta" or "type" or "rope_type" or Dimensions) && member.Value is not null)
                .Select(member => KeyValuePair.Create(member.Key, member.Value?.DeepClone()))
                .Append(KeyValuePair.Create("rope_type", (JsonNode?)type))))!;
    }

    private static string? Window(JsonObject section) =>
        section["use_sliding_window"] is JsonValue use && use.TryGetValue(out bool isUsed) && !isUsed ? "none"
        : section.ContainsKey("sliding_window") ? Canonical(section["sliding_window"]) ?? "none"
        : null;

    private static string? HeadSize(JsonObject section, string? heads) =>
        ModelConfig.Number(section, "hidden_size") is { } hidden && long.TryParse(heads, NumberStyles.None, CultureInfo.InvariantCulture, out var count) && count > 0 && hidden % count == 0
            ? (hidden / count).ToString(CultureInfo.InvariantCulture)
            : null;

    private sealed record Trait(string Name, string[] Keys);

    private sealed record LibraryDefaults(double Theta, double Epsilon);
}
