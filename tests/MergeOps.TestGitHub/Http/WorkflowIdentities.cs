using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text.Json.Nodes;
using MergeOps.TestHub.Http;
using Microsoft.AspNetCore.Http;

namespace MergeOps.TestGitHub.Http;

/// <summary>Tells others which job asks, as an OIDC token. The test Hub checks claims alone.</summary>
internal sealed class WorkflowIdentities
{
    /// <summary>Where jobs ask.</summary>
    public const string Path = "/.test-github/oidc";

    private readonly ConcurrentDictionary<string, IReadOnlyDictionary<string, string>> jobs = new(StringComparer.Ordinal);

    /// <summary>A job may ask from here on.</summary>
    /// <returns>What it asks with.</returns>
    public string Add(IReadOnlyDictionary<string, string> claims)
    {
        var ticket = RandomNumberGenerator.GetHexString(40, lowercase: true);
        jobs[ticket] = claims;
        return ticket;
    }

    /// <summary>The job is over.</summary>
    public void Remove(string? ticket) => _ = ticket is not null && jobs.TryRemove(ticket, out _);

    /// <summary>Answers a job.</summary>
    public Task AnswerAsync(HttpContext context)
    {
        var header = context.Request.Headers.Authorization.ToString();
        if (!header.StartsWith("bearer ", StringComparison.OrdinalIgnoreCase) || !jobs.TryGetValue(header[7..], out var claims))
        {
            context.Response.StatusCode = StatusCodes.Status401Unauthorized;
            return Task.CompletedTask;
        }

        var token = UnsignedTokens.Of(claims, context.Request.Query["audience"].ToString(), DateTimeOffset.UtcNow);
        context.Response.ContentType = "application/json";
        return context.Response.WriteAsync(new JsonObject { ["count"] = 1, ["value"] = token }.ToJsonString(), context.RequestAborted);
    }
}
