using Microsoft.AspNetCore.Http;

namespace MergeOps.TestHub.Http;

/// <summary>A host that knows nothing of models: every path is a sign-in page.</summary>
internal sealed class ForeignPipeline(HubSite site)
{
    /// <summary>Answers a request.</summary>
    public Task HandleAsync(HttpContext context)
    {
        context.Response.ContentType = "text/html";
        return context.Response.WriteAsync($"<!DOCTYPE html><title>Sign in</title><p>You were sent here from {site.Hub}.</p>", context.RequestAborted);
    }
}
