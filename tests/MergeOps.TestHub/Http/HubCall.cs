using System.Text.Json;
using System.Text.Json.Nodes;
using MergeOps.TestHub.Storage;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace MergeOps.TestHub.Http;

/// <summary>A request to the Hub on its way through an endpoint.</summary>
internal sealed class HubCall(HttpContext context, HubSite site, IReadOnlyDictionary<string, string> values)
{
    /// <summary>The HTTP exchange.</summary>
    public HttpContext Context => context;

    /// <summary>What the Hub works with.</summary>
    public HubSite Site => site;

    /// <summary>Ends when the caller hangs up.</summary>
    public CancellationToken Aborted => context.RequestAborted;

    /// <summary>A value of the path, unescaped.</summary>
    public string this[string name] => values[name];

    /// <summary>The path and query as they were sent.</summary>
    public string RawTarget => context.Features.Get<IHttpRequestFeature>()!.RawTarget;

    /// <summary>A value of the query, or null.</summary>
    public string? Query(string name) => context.Request.Query.TryGetValue(name, out var value) ? value.ToString() : null;

    /// <summary>True where the query switches something on.</summary>
    public bool IsOn(string name) => Query(name) is "1" or "true" or "True" or "";

    /// <summary>The caller's token; null for none; a token that nobody gave out is refused.</summary>
    public AccessToken? Token()
    {
        var header = context.Request.Headers.Authorization.ToString();
        if (header.Length == 0)
        {
            return null;
        }

        return header.StartsWith("Bearer ", StringComparison.OrdinalIgnoreCase) && site.Store.Token(header[7..]) is { } token
            ? token
            : throw new HubError(401, null, "Invalid credentials in Authorization header");
    }

    /// <summary>The token, which must be there.</summary>
    public AccessToken RequiredToken() => Token() ?? throw new HubError(401, null, "Invalid username or password.");

    /// <summary>The repository of the path, if the caller may know of it.</summary>
    public HubRepository Repository()
    {
        var token = Token();
        if (site.Store.NewName(this["id"]) is { } renamed)
        {
            throw new RenamedException(renamed);
        }

        var repository = site.Store.Repository(this["id"]);
        if (repository is null || (repository.IsPrivate && token?.Opens(repository.Id) != true))
        {
            // without a token the Hub does not say whether it exists
            throw token is null ? new HubError(401, "RepoNotFound", "Invalid username or password.") : new HubError(404, "RepoNotFound", "Repository not found");
        }

        return repository.IsDisabled ? throw new HubError(403, null, "Access to this resource is disabled.") : repository;
    }

    /// <summary>The repository of the path, if the caller may read its files.</summary>
    public HubRepository RepositoryWithFiles()
    {
        var repository = Repository();
        if (repository.Gated is not null)
        {
            var token = Token();
            if (token is null)
            {
                throw new HubError(401, "GatedRepo", $"Access to model {repository.Id} is restricted. You must have access to it and be authenticated to access it. Please log in.");
            }

            if (!repository.Accepted.ContainsKey(token.User))
            {
                throw new HubError(403, "GatedRepo", $"Access to model {repository.Id} is restricted and you are not in the authorized list. Visit {site.Hub}/{repository.Id} to ask for access.");
            }
        }

        return repository;
    }

    /// <summary>The repository of the path, if the caller may change it.</summary>
    public HubRepository WritableRepository()
    {
        var repository = Repository();
        MustWriteTo(RequiredToken(), repository.Id);
        return repository;
    }

    /// <summary>Refuses a token that may not change a repository of that name.</summary>
    public static void MustWriteTo(AccessToken token, string id)
    {
        if (!token.CanWrite || !token.Opens(id))
        {
            throw HubError.Forbidden("You don't have the rights to write to this repository. Your token may lack the role 'write' or the permission for this namespace.");
        }
    }

    /// <summary>The commit that the path's <c>{rev}</c> names.</summary>
    public Commit Commit(HubRepository repository, string? revision = null) =>
        repository.Find(revision ?? this["rev"]) ?? throw HubError.NoRevision(revision ?? this["rev"]);

    /// <summary>The body, which must be a JSON object.</summary>
    public async Task<JsonObject> ReadJsonAsync()
    {
        try
        {
            return await JsonNode.ParseAsync(context.Request.Body, cancellationToken: Aborted) as JsonObject ?? throw HubError.BadRequest("The body is not a JSON object.");
        }
        catch (JsonException)
        {
            throw HubError.BadRequest("The body is not JSON.");
        }
    }

    /// <summary>Answers with JSON.</summary>
    public Task WriteJsonAsync(JsonNode body, int status = 200, string type = "application/json; charset=utf-8")
    {
        context.Response.ContentType = type;
        return WriteAsync(JsonSerializer.SerializeToUtf8Bytes(body), status);
    }

    /// <summary>Answers with bytes; to HEAD with their length alone.</summary>
    public async Task WriteAsync(ReadOnlyMemory<byte> body, int status = 200)
    {
        context.Response.StatusCode = status;
        context.Response.ContentLength = body.Length;
        if (!HttpMethods.IsHead(context.Request.Method))
        {
            await context.Response.Body.WriteAsync(body, Aborted);
        }
    }

    /// <summary>Sends the caller elsewhere; the body says so in words, as the Hub's does.</summary>
    public Task RedirectAsync(int status, string location)
    {
        context.Response.Headers.Location = location;
        context.Response.ContentType = "text/plain; charset=utf-8";
        return WriteAsync(System.Text.Encoding.UTF8.GetBytes($"{(status == 302 ? "Found" : "Temporary Redirect")}. Redirecting to {location}"), status);
    }
}
