using System.Collections.Immutable;
using System.Text.Json;

namespace MergeOps.Sources.Headers;

/// <summary>What a model card says that a merged model inherits.</summary>
/// <param name="License">The license's name on the Hub, such as <c>apache-2.0</c> or <c>other</c>; null when the card names none.</param>
/// <param name="LicenseName">The license's own name where <paramref name="License"/> is <c>other</c>.</param>
/// <param name="LicenseLink">Where that license stands.</param>
/// <param name="Languages">Language codes in the card's order.</param>
/// <param name="Datasets">Datasets on the Hub in the card's order.</param>
/// <param name="Tags">The card's own tags in its order.</param>
internal sealed record CardFields(
    string? License,
    string? LicenseName,
    string? LicenseLink,
    ImmutableArray<string> Languages,
    ImmutableArray<string> Datasets,
    ImmutableArray<string> Tags)
{
    /// <summary>The models that it names as those that it was made of, in its order.</summary>
    public ImmutableArray<string> BaseModels { get; init; } = [];

    /// <summary>A model without a card.</summary>
    public static CardFields None { get; } = new(null, null, null, [], [], []);

    /// <summary>The metadata of a card's data as the Hub gives it: each value a text or a list of texts; anything else counts as absent.</summary>
    public static CardFields Of(JsonElement? cardData) => cardData is { ValueKind: JsonValueKind.Object } card
        ? new(
            Texts(card, "license").FirstOrDefault(),
            Texts(card, "license_name").FirstOrDefault(),
            Texts(card, "license_link").FirstOrDefault(),
            Texts(card, "language"),
            Texts(card, "datasets"),
            Texts(card, "tags"))
        { BaseModels = Texts(card, "base_model") }
        : None;

    private static ImmutableArray<string> Texts(JsonElement card, string key) =>
        !card.TryGetProperty(key, out var value) ? []
        : value.ValueKind is JsonValueKind.String ? [value.GetString()!]
        : value.ValueKind is JsonValueKind.Array ? [.. value.EnumerateArray().Where(item => item.ValueKind is JsonValueKind.String).Select(item => item.GetString()!)]
        : [];
}
