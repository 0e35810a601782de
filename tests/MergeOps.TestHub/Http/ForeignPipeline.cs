using System.Buffers.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;

namespace MergeOps.TestHub.Http;

/// <summary>A host that knows nothing of models: it gives OIDC tokens to workflows, and any other path is a sign-in page.</summary>
internal sealed class ForeignPipeline(HubSite site)
{
    /// <summary>Answers a request.</summary>
    public Task HandleAsync(HttpContext context)
    {
        if (context.Request.Path == "/oidc/token")
        {
            return IssueAsync(context);
        }

        context.Response.ContentType = "text/html";
        return context.Response.WriteAsync($"<!DOCTYPE html><title>Sign in</title><p>You were sent here from {site.Hub}.</p>", context.RequestAborted);
    }

    private Task IssueAsync(HttpContext context)
    {
        var header = context.Request.Headers.Authorization.ToString();
        if (!header.StartsWith("bearer ", StringComparison.OrdinalIgnoreCase) || !site.Store.Workflows.TryGetValue(header[7..], out var claims))
        {
            context.Response.StatusCode = 401;
            return Task.CompletedTask;
        }

        var payload = new JsonObject(claims.Select(claim => KeyValuePair.Create(claim.Key, (JsonNode?)JsonValue.Create(claim.Value))))
        {
            ["iss"] = "https://token.actions.githubusercontent.com",
            ["aud"] = context.Request.Query["audience"].ToString(),
            ["exp"] = site.Options.Time.GetUtcNow().AddMinutes(5).ToUnixTimeSeconds(),
        };
        context.Response.ContentType = "application/json";
        return context.Response.WriteAsync(new JsonObject { ["count"] = 1, ["value"] = Unsigned(payload) }.ToJsonString(), context.RequestAborted);
    }

    /// <summary>A token of the right form; its signature is three letters that nobody checks.</summary>
    private static string Unsigned(JsonObject payload) =>
        $"{Part(new JsonObject { ["alg"] = "RS256", ["typ"] = "JWT" })}.{Part(payload)}.c2ln";

    private static string Part(JsonObject part) => Base64Url.EncodeToString(JsonSerializer.SerializeToUtf8Bytes(part));
}
