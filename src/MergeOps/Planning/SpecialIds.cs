using System.Collections.Immutable;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using MergeOps.Architectures;
using MergeOps.Diagnostics;
using MergeOps.Sources;
using MergeOps.Tensors;
using MergeOps.Tokenizers;

namespace MergeOps.Planning;

/// <summary>
/// The ids of tokens in the settings of an output whose tokenizer is not that of the model that gives its config: those that the tokenizer's own model has in the
/// same place, else those of the same tokens in its vocabulary.
/// </summary>
/// <param name="donor">The model that gives config and settings.</param>
/// <param name="giver">The one that gives the tokenizer.</param>
/// <param name="vocabulary">The output's vocabulary.</param>
internal sealed class SpecialIds(ModelMetadata donor, ModelMetadata giver, Vocabulary? vocabulary)
{
    private static readonly string[] Endings = ["_token_id", "_token_ids", "_token_index"];

    /// <summary>Corrects a config.</summary>
    public void Apply(ModelConfig config) => Apply(config.Root, giver.Config?.Root);

    /// <summary>The keys of the generation settings with the values that they get, as JSON; empty where there is nothing to correct.</summary>
    public ImmutableSortedDictionary<string, string> OfGeneration()
    {
        var values = ImmutableSortedDictionary.CreateBuilder<string, string>(StringComparer.Ordinal);
        if (SettingsOf(donor) is { } settings)
        {
            var before = settings.DeepClone().AsObject();
            Apply(settings, SettingsOf(giver) ?? giver.Config?.Language);
            foreach (var (key, value) in settings.Where(setting => !JsonNode.DeepEquals(setting.Value, before[setting.Key])))
            {
                values.Add(key, value?.ToJsonString() ?? "null");
            }
        }

        return values.ToImmutable();
    }

    private static JsonObject? SettingsOf(ModelMetadata metadata) =>
        metadata.Descriptions.GetValueOrDefault(ModelFileNames.GenerationConfig) is { } text ? ModelJson.TryParse(text, out _) as JsonObject : null;

    private void Apply(JsonObject section, JsonObject? counterpart)
    {
        foreach (var (key, value) in section.ToList())
        {
            if (value is JsonObject inner)
            {
                Apply(inner, counterpart?[key] as JsonObject ?? (ModelConfig.IsLanguageSection(key) ? giver.Config?.Language : null));
            }
            else if (Array.Exists(Endings, ending => key.EndsWith(ending, StringComparison.Ordinal)))
            {
                section[key] = counterpart?[key] is { } theirs and not JsonObject ? theirs.DeepClone() : Translated(value);
            }
        }
    }

    private JsonNode? Translated(JsonNode? ids) => ids switch
    {
        JsonArray list => new JsonArray([.. list.Select(Translated).Where(id => id is not null)]),
        JsonValue value when value.TryGetValue(out int id) && id >= 0 => donor.Vocabulary?.At(id) is not { } token || vocabulary is null ? value.DeepClone()
            : vocabulary.IdOf(token.Text) is { } there ? JsonValue.Create(there)
            : token.IsMarked && vocabulary.At(id) is { } other && TokenMatch.IsRenamed(other, token, vocabulary) ? value.DeepClone()
            : null,
        _ => ids?.DeepClone(),
    };
}

/// <summary>Keys of a JSON file that get other values.</summary>
/// <param name="Values">The values as JSON, by the keys.</param>
internal sealed record SettingsEdit(ImmutableSortedDictionary<string, string> Values) : CompanionEdit
{
    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true };

    /// <inheritdoc/>
    public override JsonObject Terms => new(Values.Select(value => KeyValuePair.Create(value.Key, JsonNode.Parse(value.Value))));

    /// <inheritdoc/>
    public override byte[] Apply(string name, ReadOnlySpan<byte> file, string path)
    {
        var root = ModelJson.Parse(Encoding.UTF8.GetString(file).TrimStart('\uFEFF'), path) as JsonObject
            ?? throw new MergeOpsException(Codes.ConfigUnreadable, $"{path} is not an object.");
        foreach (var (key, value) in Values)
        {
            root[key] = JsonNode.Parse(value);
        }

        return Encoding.UTF8.GetBytes(root.ToJsonString(Indented) + "\n");
    }
}
