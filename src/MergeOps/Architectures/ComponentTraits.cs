using System.Collections.Immutable;
using System.Text.Json.Nodes;
using MergeOps.Tensors;

namespace MergeOps.Architectures;

/// <summary>What a component is and computes, as the small files of its model say.</summary>
internal static class ComponentTraits
{
    private const string Activation = "activation_function";
    private const string Quantization = "quantization_config";

    // what a denoiser was trained to tell; all else of a scheduler is a choice of whoever runs it
    private const string Prediction = "prediction_type";

    private static readonly string[] Decisive = ["_class_name", "model_type", "in_features", "out_features", "bias", Activation, Prediction];

    // what libraries note, and what changes no output
    private static readonly string[] Notes =
        ["_diffusers_version", "_name_or_path", "_commit_hash", "_use_default_values", "transformers_version", "torch_dtype", "dtype", "use_cache", "gradient_checkpointing", "architectures"];

    /// <summary>The files of a folder that settings are compared in; what a folder without weights says of pooling and prompts are <see cref="EmbeddingTraits"/>.</summary>
    public static ImmutableArray<string> FilesOf(bool hasWeights) => hasWeights ? [ModelFileNames.Config] : [DescriptionFiles.Scheduler];

    /// <summary>Whether weights belong to different functions where this setting differs.</summary>
    public static bool IsDecisive(string key) => Decisive.Contains(key, StringComparer.Ordinal);

    /// <summary>The class of a component in its library; null where nothing names it.</summary>
    /// <param name="descriptions">The texts of a model's files by their paths.</param>
    /// <param name="component">The component.</param>
    public static string? KindOf(IReadOnlyDictionary<string, string> descriptions, string component) =>
        Parse(descriptions, DescriptionFiles.Modules) is JsonArray modules
            ? modules.OfType<JsonObject>().FirstOrDefault(module => ModelJson.Text(module["path"])?.Trim('/') == component) is { } module ? EmbeddingTraits.KindOf(module) : null
            : (Parse(descriptions, ModelFileNames.Pipeline) as JsonObject)?[component] is JsonArray and [_, { } name] ? name.ToString() : null;

    /// <summary>Whether a component's config says that its weights are in few bits.</summary>
    public static bool IsQuantized(IReadOnlyDictionary<string, string> descriptions, string component) =>
        (Parse(descriptions, ComponentName.In(component, ModelFileNames.Config)) as JsonObject)?[Quantization] is JsonObject;

    /// <summary>The settings that two models state otherwise in one file, each with both values; what only one states is a default of the other's library.</summary>
    /// <param name="first">The texts of a model's files by their paths.</param>
    /// <param name="second">Those of the other model.</param>
    /// <param name="path">The file.</param>
    public static ImmutableArray<(string Key, string First, string Second)> Differences(
        IReadOnlyDictionary<string, string> first, IReadOnlyDictionary<string, string> second, string path) =>
        Parse(first, path) is JsonObject one && Parse(second, path) is JsonObject other
            ? [
                .. one.Where(setting => IsCompared(path, setting.Key) && other.ContainsKey(setting.Key))
                    .Select(setting => (setting.Key, First: TextOf(setting.Key, setting.Value), Second: TextOf(setting.Key, other[setting.Key])))
                    .Where(setting => setting.First != setting.Second),
            ]
            : [];

    private static bool IsCompared(string path, string key) =>
        path.EndsWith(DescriptionFiles.Scheduler, StringComparison.Ordinal) ? key == Prediction : !Notes.Contains(key, StringComparer.Ordinal);

    // a file that no library can read either says nothing of the model
    private static JsonNode? Parse(IReadOnlyDictionary<string, string> descriptions, string path) =>
        descriptions.TryGetValue(path, out var text) ? ModelJson.TryParse(text, out _) : null;

    // the library moved its activations between namespaces
    private static string TextOf(string key, JsonNode? value) =>
        (ConfigTraits.Canonical(value) ?? "null") is var text && key == Activation ? text.Split('.')[^1] : text;
}
