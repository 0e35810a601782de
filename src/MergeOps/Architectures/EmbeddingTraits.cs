using System.Text.Json.Nodes;
using MergeOps.Tensors;

namespace MergeOps.Architectures;

/// <summary>How a model of sentence-transformers makes one vector of a text: its parts, its pooling, its prompts.</summary>
internal static class EmbeddingTraits
{
    // older pooling configs have a switch for each mode
    private const string OldMode = "pooling_mode_";

    /// <summary>The traits that the describing files state, by their names; none for models of other kinds.</summary>
    /// <param name="descriptions">The texts of the files by their paths.</param>
    public static SortedList<string, string> Of(IReadOnlyDictionary<string, string> descriptions)
    {
        var traits = new SortedList<string, string>(StringComparer.Ordinal);
        if (Parse(descriptions, DescriptionFiles.Modules) is not JsonArray modules)
        {
            return traits;
        }

        traits["modules"] = modules.OfType<JsonObject>().Any() ? string.Join(", ", modules.OfType<JsonObject>().Select(KindOf)) : "none";
        foreach (var folder in modules.OfType<JsonObject>().Where(module => KindOf(module) == "Pooling").Select(module => module["path"]?.ToString()))
        {
            if (Parse(descriptions, $"{folder}/{ModelFileNames.Config}") is JsonObject pooling)
            {
                traits["pooling"] = ModesOf(pooling);
            }
        }

        if (Parse(descriptions, DescriptionFiles.SentenceTransformers) is JsonObject settings)
        {
            foreach (var key in new[] { "prompts", "default_prompt_name", "similarity_fn_name" })
            {
                if (ConfigTraits.Canonical(settings[key]) is { } value && value != "{}")
                {
                    traits[key] = value;
                }
            }
        }

        return traits;
    }

    /// <summary>What sentence-transformers calls the model, such as SparseEncoder; null where its settings do not say.</summary>
    public static string? KindOfModel(JsonObject? settings) => ModelJson.Text(settings?["model_type"]);

    /// <summary>The last word of a module's type, which moved between the library's namespaces.</summary>
    public static string KindOf(JsonObject module) => module["type"]?.ToString().Split('.')[^1] ?? "?";

    private static string ModesOf(JsonObject pooling)
    {
        var modes = pooling["pooling_mode"] switch
        {
            JsonArray several => several.Select(mode => mode?.ToString() ?? ""),
            JsonValue one => [one.ToString()],
            _ => pooling
                .Where(member => member.Key.StartsWith(OldMode, StringComparison.Ordinal) && member.Value is JsonValue value && value.TryGetValue(out bool isOn) && isOn)
                .Select(member => member.Key[OldMode.Length..]),
        };
        // the library takes the mean where nothing is said, and the dialects spell a mode with and without what it is taken of
        return string.Join(", ", modes
            .Select(mode => mode.Replace("_tokens", "", StringComparison.Ordinal).Replace("_token", "", StringComparison.Ordinal))
            .Order(StringComparer.Ordinal)
            .DefaultIfEmpty("mean"));
    }

    // a file that no library can read either says nothing of the model
    private static JsonNode? Parse(IReadOnlyDictionary<string, string> descriptions, string path) =>
        descriptions.TryGetValue(path, out var text) ? ModelJson.TryParse(text, out _) : null;
}
