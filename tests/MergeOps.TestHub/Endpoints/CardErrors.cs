using System.Text.Json.Nodes;
using MergeOps.TestHub.Storage;
using YamlDotNet.Core;

namespace MergeOps.TestHub.Endpoints;

/// <summary>What the Hub refuses in the YAML block of a README.</summary>
internal static class CardErrors
{
    /// <summary>The mistakes; empty if there are none.</summary>
    public static IReadOnlyList<string> Of(string readme)
    {
        JsonObject? card;
        try
        {
            card = ModelCard.Read(readme);
        }
        catch (YamlException mistake)
        {
            return [mistake.Message];
        }

        return card is null ? [] : [.. Mistakes(card)];
    }

    /// <summary>What it warns of.</summary>
    public static IReadOnlyList<string> Warnings(string readme) =>
        readme.StartsWith("---", StringComparison.Ordinal) ? [] : ["empty or missing yaml metadata in repo card"];

    private static IEnumerable<string> Mistakes(JsonObject card)
    {
        foreach (var key in new[] { "license", "library_name", "pipeline_tag", "base_model_relation" })
        {
            if (card[key] is { } value && !(value is JsonValue text && text.TryGetValue<string>(out _)) && !(key == "license" && value is JsonArray))
            {
                yield return $"\"{key}\" must be a string";
            }
        }

        foreach (var key in new[] { "tags", "base_model", "datasets" })
        {
            if (card[key] is JsonObject || (card[key] is JsonArray list && list.Any(item => item is not JsonValue text || !text.TryGetValue<string>(out _))))
            {
                yield return $"\"{key}\" must be a string or a list of strings";
            }
        }

        if (card["model-index"] is { } index && (index is not JsonArray models || models.Any(model => model?["name"] is null || model["results"] is not JsonArray)))
        {
            yield return "\"model-index\" must be a list of models with a name and results";
        }
    }
}
