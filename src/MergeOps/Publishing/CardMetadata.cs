using System.Collections.Immutable;
using System.Text.Json.Nodes;
using MergeOps.Diagnostics;
using MergeOps.Planning.Licenses;
using MergeOps.Recipes;
using MergeOps.Sources.Headers;

namespace MergeOps.Publishing;

/// <summary>The data at the top of a merged model's card, by which the Hub files it.</summary>
internal static class CardMetadata
{
    private const int LongestName = 96;
    private const string OtherLicense = "other";

    /// <summary>The keys in the order in which they are written; what is not known is not there.</summary>
    public static JsonObject Of(PublicationContent content, string name, ImmutableArray<PublishedParent> parents)
    {
        var data = new JsonObject();
        var isAdapter = content.Recipe.Output is not null;
        AddList(data, "base_model", parents.Where(parent => parent.IsOnHub && (parent.IsBase || !isAdapter)).Select(parent => parent.Name).Distinct(StringComparer.Ordinal));
        data["base_model_relation"] = isAdapter ? "adapter" : "merge";
        data["library_name"] = isAdapter ? "peft" : "transformers";
        AddLicense(data, parents);
        AddList(data, "language", Inherited(parents, card => card.Languages));
        AddList(data, "datasets", Inherited(parents, card => card.Datasets));
        AddList(data, "tags", TagsOf(content.Recipe));
        if (content.EvaluationJson is { } evaluation && ModelIndex.Of(name, evaluation) is { } index)
        {
            data["model-index"] = index;
        }

        return data;
    }

    /// <summary>The keys of derived files in a place of their own: the Hub shows them at the model that they were made of.</summary>
    public static JsonObject OfDerived(DerivedVersion version)
    {
        var data = new JsonObject();
        if (version.Origin.Repository is { } model)
        {
            AddList(data, "base_model", [model]);
            data["base_model_relation"] = "quantized";
        }

        AddLicense(data, version.Parents);
        AddList(data, "language", Inherited(version.Parents, card => card.Languages));
        AddList(data, "tags", ["mergeops"]);
        return data;
    }

    /// <summary>The data as the block that a card begins with, between its two rulers.</summary>
    public static string Block(JsonObject data) => $"---\n{YamlText.Write(data)}---\n";

    private static IEnumerable<string> TagsOf(Recipe recipe)
    {
        if (recipe.Output is not null)
        {
            yield return "lora";
        }

        yield return "merge";
        yield return "mergeops";
        if (MergekitConfig.Of(recipe) is not null)
        {
            yield return "mergekit";
        }
    }

    // a license that nobody has listed is a text from outside, and a card's license must not be made of that
    private static void AddLicense(JsonObject data, ImmutableArray<PublishedParent> parents)
    {
        var merged = MergedLicense.Of(parents.Select(parent => parent.Card.License));
        if (merged.Id is { } license && (LicenseTable.KindOf(license) is not null || license == OtherLicense))
        {
            data["license"] = license;
            if (license == OtherLicense && parents.DistinctBy(parent => (parent.Card.LicenseName, parent.Card.LicenseLink)).ToList() is [{ Card: var card }])
            {
                AddText(data, "license_name", card.LicenseName);
                AddText(data, "license_link", card.LicenseLink);
            }
        }
        else if (merged.All.Length > 1)
        {
            data["license"] = OtherLicense;
        }
    }

    private static IEnumerable<string> Inherited(ImmutableArray<PublishedParent> parents, Func<CardFields, ImmutableArray<string>> of) =>
        parents.SelectMany(parent => of(parent.Card)).Where(IsName).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal);

    private static bool IsName(string text) =>
        text.Length is > 0 and <= 2 * LongestName && text.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_' or '.' or '/');

    private static void AddText(JsonObject data, string key, string? value)
    {
        if (value is not null)
        {
            data[key] = SecretText.Redact(value);
        }
    }

    private static void AddList(JsonObject data, string key, IEnumerable<string> values)
    {
        JsonNode?[] items = [.. values.Select(value => JsonValue.Create(SecretText.Redact(value)))];
        if (items.Length > 0)
        {
            data[key] = new JsonArray(items);
        }
    }
}
