using System.Text.Json;
using System.Text.Json.Serialization;

namespace MergeOps.GitHub.Reports;

/// <summary>What a comment showed of one recipe, and what people approve with it.</summary>
/// <param name="Digest">The plan's digest.</param>
/// <param name="Terms">The digest of name, target, measurements and gates; null in a comment of a mergeops that did not keep it.</param>
[JsonConverter(typeof(ShownPlanFormat))]
internal sealed record ShownPlan(string Digest, string? Terms);

/// <summary>It as one text: <c>DIGEST:TERMS</c>, or <c>DIGEST</c> alone; each 64 hex digits.</summary>
internal sealed class ShownPlanFormat : JsonConverter<ShownPlan>
{
    private const int DigestLength = 64;

    /// <inheritdoc/>
    public override ShownPlan Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        reader.TokenType == JsonTokenType.String && reader.GetString()!.Split(':') is { Length: 1 or 2 } digests && digests.All(IsDigest)
            ? new ShownPlan(digests[0], digests.ElementAtOrDefault(1))
            : throw new JsonException("no digests of a plan");

    /// <inheritdoc/>
    public override void Write(Utf8JsonWriter writer, ShownPlan value, JsonSerializerOptions options) =>
        writer.WriteStringValue(value.Terms is null ? value.Digest : $"{value.Digest}:{value.Terms}");

    // who may edit our comment may have written anything into it
    private static bool IsDigest(string text) => text.Length == DigestLength && text.All(char.IsAsciiHexDigitLower);
}
