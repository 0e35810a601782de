using MergeOps.Diagnostics;
using MergeOps.GitHub.Client;
using MergeOps.TestGitHub;
using MergeOps.TestGitHub.Storage;
using MergeOps.Tests.Http;
using Xunit;

namespace MergeOps.Tests.GitHub.Client;

/// <summary>A GitHub on this machine with one repository, and connections to it whose waits take no time.</summary>
internal sealed class LocalGitHub : IAsyncDisposable
{
    private readonly List<GitHubConnection> connections = [];

    private LocalGitHub(TestGitHubServer server) => Server = server;

    /// <summary>The GitHub.</summary>
    public TestGitHubServer Server { get; }

    /// <summary>The repository as it is there.</summary>
    public TestRepository There => Server.Repository("acme", "merges");

    /// <summary>What connections said to people.</summary>
    public List<string> Reported { get; } = [];

    /// <summary>The clock of the connections.</summary>
    public ImpatientClock Clock { get; } = new();

    /// <summary>Ends with the test.</summary>
    public static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    /// <summary>Starts one.</summary>
    public static async Task<LocalGitHub> StartAsync()
    {
        var github = new LocalGitHub(await TestGitHubServer.StartAsync(Cancellation));
        github.There.Commit("feature", new Dictionary<string, string?> { ["recipes/a.yml"] = "merge_method: linear\n" });
        return github;
    }

    /// <summary>A connection of whoever a token belongs to; a workflow's own when none is named.</summary>
    public GitHubConnection Connection(string? token = null)
    {
        var connection = new GitHubConnection(new(Server.Api, Server.Root, token ?? Server.Token), Clock, Reported.Add);
        connections.Add(connection);
        return connection;
    }

    /// <summary>The repository as a connection sees it.</summary>
    public GitHubRepository Repository(string? token = null) => new(Connection(token), new(new RepositorySlug("acme", "merges")));

    /// <summary>How a call fails.</summary>
    public static async Task<Diagnostic> FailureOf(Task call) => (await Assert.ThrowsAsync<MergeOpsException>(() => call)).Diagnostic;

    /// <summary>The methods and paths that came in, each as one line, without what stands before every path.</summary>
    public IEnumerable<string> Calls() => Server.Requests.Select(request =>
        $"{request.Method} {request.Path.Replace("/api/v3/repos/acme/merges/", "", StringComparison.Ordinal)}");

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        connections.ForEach(connection => connection.Dispose());
        await Server.DisposeAsync();

        // what either side says must be what GitHub's description allows
        Assert.True(Server.Mistakes.Count == 0, string.Join('\n', Server.Mistakes.Distinct()));
    }
}
