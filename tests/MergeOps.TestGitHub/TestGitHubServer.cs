using System.Collections.Concurrent;
using System.Globalization;
using System.Net;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using MergeOps.TestGitHub.Endpoints;
using MergeOps.TestGitHub.Http;
using MergeOps.TestGitHub.OpenApi;
using MergeOps.TestGitHub.Storage;
using MergeOps.TestHub.Faults;
using MergeOps.TestHub.Http;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace MergeOps.TestGitHub;

/// <summary>
/// A GitHub on this machine: the REST calls that MergeOps makes, over real HTTP below <c>/api/v3</c>, over real git. Each
/// request's body and each answer is checked against GitHub's published description: what breaks it is answered with 500
/// and remembered in <see cref="Mistakes"/>.
/// </summary>
internal sealed class TestGitHubServer : IAsyncDisposable
{
    private const string Prefix = "/api/v3";
    private const int RequestsAnHour = 1000;

    private readonly WebApplication application;
    private readonly string folder;
    private readonly GitHubRoutes routes = new();
    private readonly ConcurrentQueue<RecordedRequest> requests = new();
    private readonly ConcurrentQueue<string> mistakes = new();
    private readonly ConcurrentDictionary<string, GitHubToken> tokens = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, TestRepository> repositories = new(StringComparer.OrdinalIgnoreCase);

    private TestGitHubServer(WebApplication application)
    {
        this.application = application;
        folder = Directory.CreateTempSubdirectory("mergeops-github-").FullName;
        Token = AddToken("github-actions[bot]", isWorkflow: true).Value;
        RepositoryEndpoints.Map(routes);
        PullEndpoints.Map(routes);
        CommentEndpoints.Map(routes);
        IssueEndpoints.Map(routes);
        GitEndpoints.Map(routes);
    }

    /// <summary>The server's address without a slash at its end: <c>GITHUB_SERVER_URL</c>.</summary>
    public Uri Root { get; private set; } = new("http://localhost");

    /// <summary>The API's address without a slash at its end: <c>GITHUB_API_URL</c>.</summary>
    public Uri Api => new(Root, Prefix);

    /// <summary>A host that must never see a token.</summary>
    public Uri Foreign { get; private set; } = new("http://localhost");

    /// <summary>A workflow's token that may write.</summary>
    public string Token { get; }

    /// <summary>All that came in, oldest first.</summary>
    public IReadOnlyCollection<RecordedRequest> Requests => requests;

    /// <summary>What broke GitHub's description, on either side; a test ends with none.</summary>
    public IReadOnlyCollection<string> Mistakes => mistakes;

    /// <summary>Who is in which team, as <c>organization/team</c>.</summary>
    public ConcurrentBag<(string Team, string Login)> Teams { get; } = [];

    /// <summary>How it misbehaves.</summary>
    public FaultList Faults { get; } = new();

    /// <summary>Starts an empty one.</summary>
    public static async Task<TestGitHubServer> StartAsync(CancellationToken cancellation = default)
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            kestrel.Limits.MaxRequestBodySize = null;
            foreach (var origin in new[] { Origin.Hub, Origin.Foreign })
            {
                kestrel.Listen(IPAddress.Loopback, 0, listen => listen.Use(next => connection =>
                {
                    connection.Features.Set(new ListeningHost(origin));
                    return next(connection);
                }));
            }
        });
        var application = builder.Build();
        var server = new TestGitHubServer(application);
        application.Run(server.HandleAsync);
        await application.StartAsync(cancellation);
        var addresses = application.Urls.ToArray();
        (server.Root, server.Foreign) = (new(addresses[0].TrimEnd('/')), new(addresses[1].TrimEnd('/')));
        return server;
    }

    /// <summary>A repository, which is made when it is asked for the first time: one commit on <c>main</c>, with a README.</summary>
    public TestRepository Repository(string owner, string name) => repositories.GetOrAdd($"{owner}/{name}", _ =>
    {
        var repository = new TestRepository(owner, name, Path.Combine(folder, owner, name + ".git"));
        repository.Commit("main", new Dictionary<string, string?> { ["README.md"] = "# Merges\n" });
        return repository;
    });

    /// <summary>A repository that is there, or null.</summary>
    public TestRepository? Find(string owner, string name) => repositories.GetValueOrDefault($"{owner}/{name}");

    /// <summary>Gives somebody a token.</summary>
    /// <param name="login">Under which name it writes.</param>
    /// <param name="isWorkflow">Whether it is a workflow's own.</param>
    /// <param name="canWrite">False for that of a fork's pull request.</param>
    public GitHubToken AddToken(string login, bool isWorkflow = false, bool canWrite = true)
    {
        var secret = (isWorkflow ? "ghs_" : "ghp_") + RandomNumberGenerator.GetString("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789", 36);
        return tokens[secret] = new GitHubToken(secret, login, isWorkflow, canWrite);
    }

    /// <summary>Forgets the requests so far.</summary>
    public void ForgetRequests() => requests.Clear();

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        using var now = new CancellationTokenSource();
        await now.CancelAsync();
        await application.StopAsync(now.Token);
        await application.DisposeAsync();
        foreach (var file in Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories))
        {
            // git protects its objects, and Windows deletes no protected file
            File.SetAttributes(file, FileAttributes.Normal);
        }

        Directory.Delete(folder, recursive: true);
    }

    /// <summary>Sends an answer that GitHub could have given; one that it could not is a mistake of this server.</summary>
    internal async Task WriteAsync(HttpContext context, string call, int status, JsonNode answer)
    {
        var body = answer.ToJsonString().Replace("https://api.github.com", Api.AbsoluteUri, StringComparison.Ordinal);
        if (GitHubDescription.MistakesInAnswer(call, status, body) is { Count: > 0 } found)
        {
            await WriteMistakesAsync(context, found);
            return;
        }

        await WriteAsync(context, status, body);
    }

    private async Task HandleAsync(HttpContext context)
    {
        var origin = context.Features.Get<ListeningHost>()!.Origin;
        if (origin is Origin.Hub && GitBackend.Match(context.Request.Path.Value ?? "") is var (owner, name, service))
        {
            await GitAsync(context, owner, name, service);
            return;
        }

        var target = context.Features.Get<IHttpRequestFeature>()!.RawTarget;
        using var reader = new StreamReader(context.Request.Body, Encoding.UTF8);
        var request = new RecordedRequest(origin, context.Request.Method, target, context.Request.Headers.ToDictionary(StringComparer.OrdinalIgnoreCase))
        {
            Body = await reader.ReadToEndAsync(context.RequestAborted),
        };
        requests.Enqueue(request);
        try
        {
            await Faults.AnswerAsync(context, request, () => origin is Origin.Foreign
                ? WriteAsync(context, 200, "{}")
                : AnswerAsync(context, request));
        }
        finally
        {
            request.Status = context.Response.StatusCode;
        }
    }

    private async Task AnswerAsync(HttpContext context, RecordedRequest request)
    {
        var headers = context.Response.Headers;
        headers["X-RateLimit-Limit"] = RequestsAnHour.ToString(CultureInfo.InvariantCulture);
        headers["X-RateLimit-Remaining"] = Math.Max(0, RequestsAnHour - requests.Count).ToString(CultureInfo.InvariantCulture);
        headers["X-RateLimit-Reset"] = DateTimeOffset.UtcNow.AddHours(1).ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture);
        try
        {
            var path = request.Path.Split('?')[0];
            var route = path.StartsWith(Prefix, StringComparison.Ordinal) ? routes.Find(request.Method, path[Prefix.Length..]) : null;
            var (name, endpoint, values) = route ?? throw GitHubError.NotFound();
            if (GitHubDescription.MistakesInRequest(name, request.Body) is { Count: > 0 } found)
            {
                await WriteMistakesAsync(context, found);
                return;
            }

            var body = request.Body.Length == 0 ? [] : JsonNode.Parse(request.Body)!.AsObject();
            await endpoint(new GitHubCall(context, name, values, body, TokenOf(request), this));
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

    private Task GitAsync(HttpContext context, string owner, string name, string service)
    {
        var token = GitBackend.TokenOf(context.Request) is { } given ? tokens.GetValueOrDefault(given) : null;
        if (token is null)
        {
            return GitBackend.AskAsync(context);
        }

        if (Find(owner, name) is not { } repository)
        {
            return GitBackend.RefuseAsync(context, StatusCodes.Status404NotFound, "Repository not found.");
        }

        var writes = GitBackend.Writes(context.Request, service);
        return writes && !token.CanWrite
            ? GitBackend.RefuseAsync(context, StatusCodes.Status403Forbidden, $"Permission to {owner}/{name}.git denied to {token.Login}.")
            : GitBackend.AnswerAsync(context, repository.Git.Path, service, writes ? token.Login : null);
    }

    private GitHubToken TokenOf(RecordedRequest request)
    {
        if (request.Header("User-Agent") is null or "")
        {
            throw new GitHubError(403, "Request forbidden by administrative rules. Please make sure your request has a User-Agent header.");
        }

        return request.Header("Authorization") is { } header && header.StartsWith("Bearer ", StringComparison.Ordinal) && tokens.TryGetValue(header[7..], out var token)
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

    private static async Task WriteAsync(HttpContext context, int status, string json)
    {
        var bytes = Encoding.UTF8.GetBytes(json);
        context.Response.StatusCode = status;
        context.Response.ContentType = "application/json; charset=utf-8";
        context.Response.ContentLength = bytes.Length;
        await context.Response.Body.WriteAsync(bytes, context.RequestAborted);
    }
}
