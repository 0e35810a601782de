using System.Collections.Concurrent;
using System.Net;
using System.Text;
using MergeOps.TestGitHub.Events;
using MergeOps.TestGitHub.Http;
using MergeOps.TestGitHub.Storage;
using MergeOps.TestHub.Faults;
using MergeOps.TestHub.Http;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace MergeOps.TestGitHub;

/// <summary>
/// A GitHub on this machine: the REST calls that MergeOps makes, over real HTTP below <c>/api/v3</c>, over real git, and the one
/// query at <c>/api/graphql</c>. Each REST request's body and each answer is checked against GitHub's published description: what breaks it is answered with 500
/// and remembered in <see cref="Mistakes"/>.
/// </summary>
internal sealed class TestGitHubServer : IAsyncDisposable
{
    private readonly WebApplication application;
    private readonly string folder;
    private readonly bool isTemporary;
    private readonly ConcurrentQueue<RecordedRequest> requests = new();
    private readonly ConcurrentDictionary<string, TestRepository> repositories = new(StringComparer.OrdinalIgnoreCase);
    private readonly ApiPipeline api;
    private readonly GitPipeline git;

    private TestGitHubServer(WebApplication application, string? root)
    {
        this.application = application;
        isTemporary = root is null;
        folder = root ?? Directory.CreateTempSubdirectory("mergeops-github-").FullName;
        (api, git) = (new(this, Tokens), new(this, Tokens));
        Token = AddToken("github-actions[bot]", isWorkflow: true).Value;
    }

    /// <summary>The server's address without a slash at its end: <c>GITHUB_SERVER_URL</c>.</summary>
    public Uri Root { get; private set; } = new("http://localhost");

    /// <summary>The API's address without a slash at its end: <c>GITHUB_API_URL</c>.</summary>
    public Uri Api => new(Root, ApiPipeline.Prefix);

    /// <summary>A host that must never see a token.</summary>
    public Uri Foreign { get; private set; } = new("http://localhost");

    /// <summary>A workflow's token that may write.</summary>
    public string Token { get; }

    /// <summary>The tokens that it gave out.</summary>
    public TokenStore Tokens { get; } = new();

    /// <summary>The jobs that may ask who they are.</summary>
    public WorkflowIdentities Identities { get; } = new();

    /// <summary>All that came in for the API, oldest first.</summary>
    public IReadOnlyCollection<RecordedRequest> Requests => requests;

    /// <summary>What broke GitHub's description, on either side; a test ends with none.</summary>
    public IReadOnlyCollection<string> Mistakes => api.Mistakes;

    /// <summary>Who is in which team, as <c>organization/team</c>.</summary>
    public ConcurrentBag<(string Team, string Login)> Teams { get; } = [];

    /// <summary>The secrets that workflows of all repositories may use, by their names.</summary>
    public IReadOnlyDictionary<string, string> Secrets { get; set; } = new Dictionary<string, string>();

    /// <summary>How it misbehaves.</summary>
    public FaultList Faults { get; } = new();

    /// <summary>Hears what starts workflows; null where none run.</summary>
    public Action<GitHubEvent>? Listener { get; set; }

    /// <summary>Starts an empty one that is gone when it ends.</summary>
    public static Task<TestGitHubServer> StartAsync(CancellationToken cancellation = default) => StartAsync(null, 0, cancellation);

    /// <summary>Starts one over a folder, with the repositories <c>owner/name.git</c> that are in it.</summary>
    /// <param name="root">The folder; null for one that is gone when the server ends.</param>
    /// <param name="port">Its port; 0 takes a free one.</param>
    /// <param name="cancellation">Ends the start.</param>
    public static async Task<TestGitHubServer> StartAsync(string? root, int port, CancellationToken cancellation = default)
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            kestrel.Limits.MaxRequestBodySize = null;
            foreach (var origin in new[] { Origin.Hub, Origin.Foreign })
            {
                kestrel.Listen(IPAddress.Loopback, origin is Origin.Hub ? port : 0, listen => listen.Use(next => connection =>
                {
                    connection.Features.Set(new ListeningHost(origin));
                    return next(connection);
                }));
            }
        });
        var application = builder.Build();
        var server = new TestGitHubServer(application, root);
        application.Run(server.HandleAsync);
        await application.StartAsync(cancellation);
        var addresses = application.Urls.ToArray();
        (server.Root, server.Foreign) = (new(addresses[0].TrimEnd('/')), new(addresses[1].TrimEnd('/')));
        foreach (var path in Directory.EnumerateDirectories(server.folder).Where(owner => !Path.GetFileName(owner).StartsWith('.')).SelectMany(owner => Directory.EnumerateDirectories(owner, "*.git")))
        {
            server.Create(Path.GetFileName(Path.GetDirectoryName(path))!, Path.GetFileNameWithoutExtension(path));
        }

        return server;
    }

    /// <summary>A repository, which is made when it is asked for the first time: one commit on <c>main</c>, with a README.</summary>
    public TestRepository Repository(string owner, string name) => repositories.GetOrAdd($"{owner}/{name}", _ =>
    {
        var repository = new TestRepository(owner, name, Path.Combine(folder, owner, name + ".git"));
        repository.Commit("main", new Dictionary<string, string?> { ["README.md"] = "# Merges\n" });
        return repository;
    });

    /// <summary>Makes a repository without a commit; null where there is one.</summary>
    public TestRepository? Create(string owner, string name)
    {
        if (Find(owner, name) is not null)
        {
            return null;
        }

        var repository = new TestRepository(owner, name, Path.Combine(folder, owner, name + ".git"));
        return repositories.TryAdd(repository.FullName, repository) ? repository : null;
    }

    /// <summary>All repositories, by their names.</summary>
    public IEnumerable<TestRepository> Repositories => repositories.Values.OrderBy(repository => repository.FullName, StringComparer.Ordinal);

    /// <summary>A repository that is there, or null.</summary>
    public TestRepository? Find(string owner, string name) => repositories.GetValueOrDefault($"{owner}/{name}");

    /// <summary>Gives somebody a token.</summary>
    /// <param name="login">Under which name it writes.</param>
    /// <param name="isWorkflow">Whether it is a workflow's own.</param>
    /// <param name="canWrite">False for that of a fork's pull request.</param>
    public GitHubToken AddToken(string login, bool isWorkflow = false, bool canWrite = true) => Tokens.Add(login, isWorkflow, canWrite);

    /// <summary>Lets something happen, and tells of it. What a workflow's own token does starts no workflow.</summary>
    public async Task ChangeAsync(TestRepository repository, GitHubToken token, Func<Task> change)
    {
        if (Listener is not { } listener || token.IsWorkflow)
        {
            await change();
            return;
        }

        var before = RepositoryState.Of(repository);
        await change();
        foreach (var happened in before.ChangesOf(repository, token.Login))
        {
            listener(happened);
        }
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
        if (!isTemporary)
        {
            return;
        }

        foreach (var file in Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories))
        {
            // git protects its objects, and Windows deletes no protected file
            File.SetAttributes(file, FileAttributes.Normal);
        }

        Directory.Delete(folder, recursive: true);
    }

    private async Task HandleAsync(HttpContext context)
    {
        var (origin, path) = (context.Features.Get<ListeningHost>()!.Origin, context.Request.Path.Value ?? "");
        if (origin is Origin.Hub && GitBackend.Match(path) is var (owner, name, service))
        {
            await git.HandleAsync(context, owner, name, service);
            return;
        }

        if (origin is Origin.Hub && ControlPipeline.Takes(path))
        {
            await new ControlPipeline(this).HandleAsync(context);
            return;
        }

        if (origin is Origin.Hub && path == WorkflowIdentities.Path)
        {
            await Identities.AnswerAsync(context);
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
                ? ApiPipeline.WriteAsync(context, 200, "{}")
                : api.HandleAsync(context, request));
        }
        finally
        {
            request.Status = context.Response.StatusCode;
        }
    }
}
