using System.Text.Json;
using System.Text.Json.Nodes;
using MergeOps.TestHub.Endpoints;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace MergeOps.TestHub.Http;

/// <summary>What the Hub's own host does with a request: route, answer, and turn refusals into the Hub's errors.</summary>
internal sealed class HubPipeline(HubSite site)
{
    private readonly Routes routes = HubEndpoints.All();

    /// <summary>Answers a request.</summary>
    public async Task HandleAsync(HttpContext context)
    {
        var target = context.Features.Get<IHttpRequestFeature>()!.RawTarget;
        var (path, query) = Split(target);
        var response = context.Response;
        response.Headers["X-Request-Id"] = context.Request.Headers["X-Amzn-Trace-Id"].FirstOrDefault() ?? Guid.NewGuid().ToString();
        var quota = path.Contains("/resolve/", StringComparison.Ordinal) ? "resolvers" : "api";
        response.Headers["RateLimit"] = $"\"{quota}\";r=4999;t=240";
        response.Headers["RateLimit-Policy"] = $"\"fixed window\";\"{quota}\";q=5000;w=300";
        if (!path.StartsWith(site.Options.PathPrefix + "/", StringComparison.Ordinal))
        {
            await FailAsync(response, new HubError(404, null, "Nothing lies outside of the prefix."));
            return;
        }

        var inner = path[site.Options.PathPrefix.Length..];
        var route = routes.Find(context.Request.Method, inner) ?? (HttpMethods.IsHead(context.Request.Method) ? routes.Find("GET", inner) : null);
        try
        {
            if (route is not { } found)
            {
                throw new HubError(404, null, "Sorry, we can't find the page you are looking for.");
            }

            var call = new HubCall(context, site, found.Values);
            try
            {
                await found.Endpoint(call);
            }
            catch (RenamedException renamed)
            {
                // relative, as the Hub's is, and the query stays
                var location = site.Options.PathPrefix + RenamedPath(inner, call["id"], renamed.NewName) + query;
                await call.RedirectAsync(307, location);
            }
        }
        catch (HubError error) when (!response.HasStarted)
        {
            await FailAsync(response, error);
        }
    }

    private static async Task FailAsync(HttpResponse response, HubError error)
    {
        response.StatusCode = error.Status;
        if (error.Code is not null)
        {
            response.Headers["X-Error-Code"] = error.Code;
        }

        response.Headers["X-Error-Message"] = new string([.. error.Message.Select(c => c is >= ' ' and < (char)127 ? c : '?')]);
        if (error.Commit is not null)
        {
            response.Headers["X-Repo-Commit"] = error.Commit;
        }

        var body = JsonSerializer.SerializeToUtf8Bytes(new JsonObject { ["error"] = error.Message });
        response.ContentType = "application/json; charset=utf-8";
        response.ContentLength = body.Length;
        if (!HttpMethods.IsHead(response.HttpContext.Request.Method))
        {
            await response.Body.WriteAsync(body);
        }
    }

    private static string RenamedPath(string path, string oldName, string newName)
    {
        var at = path.IndexOf(oldName, StringComparison.Ordinal);
        return at < 0 ? "/" + newName : path[..at] + newName + path[(at + oldName.Length)..];
    }

    private static (string Path, string Query) Split(string target)
    {
        var at = target.IndexOf('?', StringComparison.Ordinal);
        return at < 0 ? (target, "") : (target[..at], target[at..]);
    }
}
