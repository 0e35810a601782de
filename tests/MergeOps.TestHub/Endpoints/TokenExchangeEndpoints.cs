using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text.Json;
using System.Text.Json.Nodes;
using MergeOps.TestHub.Http;
using MergeOps.TestHub.Storage;

namespace MergeOps.TestHub.Endpoints;

/// <summary>
/// <c>POST /oauth/token</c> (RFC 8693): a workflow's OIDC token against a token of one hour for one repository.
/// Claims are compared with what the repository trusts; the signature is not checked, as there is no real issuer.
/// </summary>
internal static class TokenExchangeEndpoints
{
    private const int Lifetime = 3600;

    /// <summary>Adds the endpoints.</summary>
    public static void Map(Routes routes) => routes.Map("POST", "/oauth/token", ExchangeAsync);

    private static async Task ExchangeAsync(HubCall call)
    {
        var body = await ReadAsync(call);
        if (body("grant_type") != "urn:ietf:params:oauth:grant-type:token-exchange" || body("subject_token_type") != "urn:ietf:params:oauth:token-type:id_token")
        {
            await RefuseAsync(call, "unsupported_grant_type", "Only the exchange of an id_token is known here.");
            return;
        }

        var (resource, claims) = (body("resource") ?? "", Claims(body("subject_token") ?? ""));
        if (claims is null || (string?)claims["aud"] is not { } audience || (audience != "https://huggingface.co" && audience != call.Site.Hub))
        {
            await RefuseAsync(call, "invalid_grant", "The subject token is not for this audience.");
            return;
        }

        var now = call.Site.Options.Time.GetUtcNow();
        var trusted = call.Site.Store.TrustedPublishers.Any(publisher =>
            publisher.Resource == resource && publisher.Claims.All(claim => (string?)claims[claim.Key] == claim.Value));
        if (!trusted || (long?)claims["exp"] < now.ToUnixTimeSeconds())
        {
            await RefuseAsync(call, "invalid_grant", "No trusted publisher of this resource matches the token's claims.");
            return;
        }

        var value = "hf_jwt_" + Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(24));
        call.Site.Store.Add(new AccessToken(value, resource.Split('/')[0], CanWrite: true, resource, now.AddSeconds(Lifetime)));
        await call.WriteJsonAsync(new JsonObject
        {
            ["access_token"] = value,
            ["issued_token_type"] = "urn:ietf:params:oauth:token-type:access_token",
            ["token_type"] = "bearer",
            ["expires_in"] = Lifetime,
        });
    }

    private static async Task<Func<string, string?>> ReadAsync(HubCall call)
    {
        if (call.Context.Request.HasFormContentType)
        {
            var form = await call.Context.Request.ReadFormAsync(call.Aborted);
            return name => form[name];
        }

        var json = await call.ReadJsonAsync();
        return name => (string?)json[name];
    }

    private static JsonNode? Claims(string jwt)
    {
        try
        {
            return jwt.Split('.') is [_, var payload, _] ? JsonNode.Parse(Base64Url.DecodeFromChars(payload)) : null;
        }
        catch (Exception e) when (e is FormatException or JsonException)
        {
            return null;
        }
    }

    private static Task RefuseAsync(HubCall call, string error, string description) =>
        call.WriteJsonAsync(new JsonObject { ["error"] = error, ["error_description"] = description }, 400);
}
