using System.Globalization;
using System.Text.Json.Nodes;
using MergeOps.TestGitHub.OpenApi;
using MergeOps.TestGitHub.Storage;
using Microsoft.AspNetCore.Http;

namespace MergeOps.TestGitHub.Http;

/// <summary>A request on its way through an endpoint.</summary>
/// <param name="context">The HTTP exchange.</param>
/// <param name="name">The call as GitHub's description names it.</param>
/// <param name="values">The values of the path.</param>
/// <param name="body">The request's body; empty when it has none.</param>
/// <param name="token">Who asks.</param>
/// <param name="server">Whom.</param>
/// <param name="api">Takes the answer.</param>
internal sealed class GitHubCall(
    HttpContext context, string name, IReadOnlyDictionary<string, string> values, JsonObject body, GitHubToken token, TestGitHubServer server, ApiPipeline api)
{
    /// <summary>The HTTP exchange.</summary>
    public HttpContext Context => context;

    /// <summary>Who asks.</summary>
    public GitHubToken Token => token;

    /// <summary>Whom.</summary>
    public TestGitHubServer Server => server;

    /// <summary>The request's body.</summary>
    public JsonObject Body => body;

    /// <summary>A value of the path, unescaped.</summary>
    public string this[string value] => values[value];

    /// <summary>A value of the path that is a number.</summary>
    public int Number(string value) =>
        int.TryParse(values[value], NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : throw GitHubError.NotFound();

    /// <summary>A value of the query, or null.</summary>
    public string? Query(string value) => context.Request.Query.TryGetValue(value, out var found) ? found.ToString() : null;

    /// <summary>A text of the body, or null.</summary>
    public string? Text(string property) => (string?)body[property];

    /// <summary>The repository of the path.</summary>
    public TestRepository Repository
    {
        get
        {
            var repository = server.Find(values["owner"], values["repo"]);
            return repository is not null && (token.Repository ?? repository.FullName) == repository.FullName ? repository : throw GitHubError.NotFound();
        }
    }

    /// <summary>GitHub's example of this call's answer.</summary>
    public JsonNode Example(int status) => GitHubDescription.Example(name, status);

    /// <summary>Refuses a token that may not write this.</summary>
    /// <param name="permission">What it would need, as <c>issues=write</c>.</param>
    public void MustWrite(string permission)
    {
        if (!token.May(permission))
        {
            throw GitHubError.NotAccessible(permission);
        }
    }

    /// <summary>Refuses a token that may not read this of a private repository.</summary>
    public void MustRead()
    {
        if (ReadRules.PermissionOf(name) is { } permission && Repository.IsPrivate && !token.May(permission))
        {
            throw GitHubError.NotAccessible(permission);
        }
    }

    /// <summary>Refuses everybody but people: settings are not for workflows.</summary>
    public void MustAdminister()
    {
        if (token.IsWorkflow)
        {
            throw GitHubError.NotAccessible("administration=write");
        }
    }

    /// <summary>Answers without a body.</summary>
    public Task AnswerNothingAsync()
    {
        context.Response.StatusCode = StatusCodes.Status204NoContent;
        return Task.CompletedTask;
    }

    /// <summary>Answers with JSON that GitHub could have answered with.</summary>
    public Task AnswerAsync(JsonNode answer, int status = 200) => api.WriteAsync(context, name, status, answer);

    /// <summary>Answers with one page of a list, and where the others are.</summary>
    public Task AnswerPageAsync<T>(IReadOnlyList<T> all, Func<T, JsonNode> show)
    {
        var size = int.Parse(Query("per_page") ?? "30", CultureInfo.InvariantCulture);
        var page = int.Parse(Query("page") ?? "1", CultureInfo.InvariantCulture);
        if (page * size < all.Count)
        {
            var others = context.Request.Query.Where(pair => pair.Key is not "page").Select(pair => $"{pair.Key}={Uri.EscapeDataString(pair.Value.ToString())}&");
            context.Response.Headers.Link = $"<{server.Root}{context.Request.Path}?{string.Concat(others)}page={page + 1}>; rel=\"next\"";
        }

        return AnswerAsync(new JsonArray([.. all.Skip((page - 1) * size).Take(Math.Min(size, 100)).Select(show)]));
    }
}
