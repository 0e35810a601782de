using System.Buffers.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace MergeOps.TestHub.Http;

/// <summary>OIDC tokens of the right form, as a workflow gets them; the signature is three letters that nobody checks.</summary>
internal static class UnsignedTokens
{
    /// <summary>One for some minutes.</summary>
    /// <param name="claims">What it says of the workflow.</param>
    /// <param name="audience">Whom it is for.</param>
    /// <param name="now">The time.</param>
    public static string Of(IReadOnlyDictionary<string, string> claims, string audience, DateTimeOffset now)
    {
        var payload = new JsonObject(claims.Select(claim => KeyValuePair.Create(claim.Key, (JsonNode?)JsonValue.Create(claim.Value))))
        {
            ["iss"] = "https://token.actions.githubusercontent.com",
            ["aud"] = audience,
            ["exp"] = now.AddMinutes(5).ToUnixTimeSeconds(),
        };
        return $"{Part(new JsonObject { ["alg"] = "RS256", ["typ"] = "JWT" })}.{Part(payload)}.c2ln";
    }

    private static string Part(JsonObject part) => Base64Url.EncodeToString(JsonSerializer.SerializeToUtf8Bytes(part));
}
