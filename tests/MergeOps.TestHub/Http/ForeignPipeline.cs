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

        var token = UnsignedTokens.Of(claims, context.Request.Query["audience"].ToString(), site.Options.Time.GetUtcNow());
        context.Response.ContentType = "application/json";
        return context.Response.WriteAsync(new JsonObject { ["count"] = 1, ["value"] = token }.ToJsonString(), context.RequestAborted);
    }
}
