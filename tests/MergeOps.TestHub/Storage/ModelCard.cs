using System.Text.Json.Nodes;
using YamlDotNet.Core;
using YamlDotNet.RepresentationModel;

namespace MergeOps.TestHub.Storage;

/// <summary>The YAML block at the start of a README, read as the Hub reads it.</summary>
internal static class ModelCard
{
    /// <summary>The block as JSON; null where there is none.</summary>
    /// <exception cref="YamlException">The block is not YAML.</exception>
    public static JsonObject? Read(string readme)
    {
        var text = readme.Replace("\r\n", "\n", StringComparison.Ordinal);
        var end = text.StartsWith("---\n", StringComparison.Ordinal) ? text.IndexOf("\n---", 3, StringComparison.Ordinal) : -1;
        if (end < 0)
        {
            return null;
        }

        var yaml = new YamlStream();
        yaml.Load(new StringReader(text[4..(end + 1)]));
        return yaml.Documents.Count == 0 ? null : Convert(yaml.Documents[0].RootNode) as JsonObject;
    }

    /// <summary>The tags that follow from a card: its own, and those for license, library, parents, datasets and languages.</summary>
    public static IEnumerable<string> Tags(JsonObject? card)
    {
        if (card is null)
        {
            return [];
        }

        var relation = (string?)(card["base_model_relation"] as JsonValue);
        return Texts(card["library_name"])
            .Concat(Texts(card["tags"]))
            .Concat(Texts(card["language"]))
            .Concat(Texts(card["datasets"]).Select(name => "dataset:" + name))
            .Concat(Texts(card["base_model"]).Select(name => "base_model:" + name))
            .Concat(relation is null ? [] : Texts(card["base_model"]).Select(name => $"base_model:{relation}:{name}"))
            .Concat(Texts(card["license"]).Select(name => "license:" + name));
    }

    private static IEnumerable<string> Texts(JsonNode? node) => node switch
    {
        JsonArray list => list.OfType<JsonValue>().Select(value => value.ToString()),
        JsonValue one => [one.ToString()],
        _ => [],
    };

    private static JsonNode? Convert(YamlNode node) => node switch
    {
        YamlMappingNode map => new JsonObject(map.Children.Select(pair => KeyValuePair.Create(pair.Key.ToString(), Convert(pair.Value)))),
        YamlSequenceNode list => new JsonArray([.. list.Children.Select(Convert)]),
        YamlScalarNode { Style: ScalarStyle.Plain } plain => Plain(plain.Value ?? ""),
        YamlScalarNode scalar => JsonValue.Create(scalar.Value),
        _ => null,
    };

    private static JsonValue? Plain(string value) => value switch
    {
        "" or "~" or "null" => null,
        "true" or "false" => JsonValue.Create(value == "true"),
        _ when long.TryParse(value, System.Globalization.CultureInfo.InvariantCulture, out var integer) => JsonValue.Create(integer),
        _ when double.TryParse(value, System.Globalization.CultureInfo.InvariantCulture, out var number) => JsonValue.Create(number),
        _ => JsonValue.Create(value),
    };
}
