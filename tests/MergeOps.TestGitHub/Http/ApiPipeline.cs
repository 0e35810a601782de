using System.Collections.Concurrent;
using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using MergeOps.TestGitHub.Endpoints;
using MergeOps.TestGitHub.OpenApi;
using MergeOps.TestGitHub.Storage;
using MergeOps.TestHub.Http;
using Microsoft.AspNetCore.Http;

namespace MergeOps.TestGitHub.Http;

/// <summary>Answers the REST calls below <see cref="Prefix"/>, and the one query of GraphQL beside it; what breaks GitHub's description is answered with 500 and remembered.</summary>
/// <param name="server">The server.</param>
/// <param name="tokens">Its tokens.</param>
internal sealed class ApiPipeline(TestGitHubServer server, TokenStore tokens)
{
    /// <summary>What paths begin with.</summary>
    public const string Prefix = "/api/v3";

    private const string GraphQl = "/api/graphql";
    private const int RequestsAnHour = 1000;

    private readonly GitHubRoutes routes = Routes();
    private readonly ConcurrentQueue<string> mistakes = new();

    /// <summary>What broke GitHub's description, on either side.</summary>
    public IReadOnlyCollection<string> Mistakes => mistakes;

    /// <summary>Answers a request.</summary>
    public async Task HandleAsync(HttpContext context, RecordedRequest request)
    {
        var headers = context.Response.Headers;
        headers["X-RateLimit-Limit"] = RequestsAnHour.ToString(CultureInfo.InvariantCulture);
        headers["X-RateLimit-Remaining"] = Math.Max(0, RequestsAnHour - server.Requests.Count).ToString(CultureInfo.InvariantCulture);
        headers["X-RateLimit-Reset"] = DateTimeOffset.UtcNow.AddHours(1).ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture);
        try
        {
            var path = request.Path.Split('?')[0];
            if ((request.Method, path) == ("POST", GraphQl))
            {
                await WriteAsync(context, 200, ViewerQuery.Answer(request.Body, TokenOf(request)).ToJsonString());
                return;
            }

            var route = path.StartsWith(Prefix, StringComparison.Ordinal) ? routes.Find(request.Method, path[Prefix.Length..]) : null;
            var (name, endpoint, values) = route ?? throw GitHubError.NotFound();
            if (GitHubDescription.MistakesInRequest(name, request.Body) is { Count: > 0 } found)
            {
                await WriteMistakesAsync(context, found);
                return;
            }

            var body = request.Body.Length == 0 ? [] : JsonNode.Parse(request.Body)!.AsObject();
            var call = new GitHubCall(context, name, values, body, TokenOf(request), server, this);
            call.MustRead();
            var changed = request.Method == "GET" || !values.TryGetValue("repo", out var repository) ? null : server.Find(values["owner"], repository);
            await (changed is null ? endpoint(call) : server.ChangeAsync(changed, call.Token, () => endpoint(call)));
        }
        catch (GitHubError refusal)
        {
            if (refusal.Permission is not null)
            {
                headers["X-Accepted-GitHub-Permissions"] = refusal.Permission;
            }

            await WriteAsync(context, refusal.Status, refusal.Body.ToJsonString());
        }
    }

    /// <summary>Sends an answer that GitHub could have given; one that it could not is a mistake of this server.</summary>
    public async Task WriteAsync(HttpContext context, string call, int status, JsonNode answer)
    {
        var body = answer.ToJsonString().Replace("https://api.github.com", server.Api.AbsoluteUri, StringComparison.Ordinal);
        if (GitHubDescription.MistakesInAnswer(call, status, body) is { Count: > 0 } found)
        {
            await WriteMistakesAsync(context, found);
            return;
        }

        await WriteAsync(context, status, body);
    }

    /// <summary>Sends JSON.</summary>
    public static async Task WriteAsync(HttpContext context, int status, string json)
    {
        var bytes = Encoding.UTF8.GetBytes(json);
        context.Response.StatusCode = status;
        context.Response.ContentType = "application/json; charset=utf-8";
        context.Response.ContentLength = bytes.Length;
        await context.Response.Body.WriteAsync(bytes, context.RequestAborted);
    }

    private static GitHubRoutes Routes()
    {
        var routes = new GitHubRoutes();
        RepositoryEndpoints.Map(routes);
        PullEndpoints.Map(routes);
        CommentEndpoints.Map(routes);
        IssueEndpoints.Map(routes);
        GitEndpoints.Map(routes);
        SettingsEndpoints.Map(routes);
        RunEndpoints.Map(routes);
        return routes;
    }

    private GitHubToken TokenOf(RecordedRequest request)
    {
        if (request.Header("User-Agent") is null or "")
        {
            throw new GitHubError(403, "Request forbidden by administrative rules. Please make sure your request has a User-Agent header.");
        }

        return request.Header("Authorization") is { } header && header.StartsWith("Bearer ", StringComparison.Ordinal) && tokens.Find(header[7..]) is { } token
            ? token
            : throw new GitHubError(401, "Bad credentials");
    }

    private Task WriteMistakesAsync(HttpContext context, IReadOnlyList<string> found)
    {
        foreach (var mistake in found)
        {
            mistakes.Enqueue(mistake);
        }

        return WriteAsync(context, 500, new JsonObject { ["message"] = string.Join("; ", found) }.ToJsonString());
    }
}
