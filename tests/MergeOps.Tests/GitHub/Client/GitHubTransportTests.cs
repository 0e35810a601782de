using System.Net;
using System.Net.Sockets;
using System.Text;
using MergeOps.Diagnostics;
using MergeOps.Forges;
using MergeOps.GitHub.Client;
using MergeOps.TestGitHub.Faults;
using MergeOps.TestHub.Faults;
using MergeOps.TestHub.Http;
using MergeOps.Tests.Http;
using MergeOps.Tests.HuggingFace;
using Xunit;

namespace MergeOps.Tests.GitHub.Client;

[RunsAlone("measures how slowly bytes come")]
public sealed class GitHubTransportTests
{
    [Fact]
    public async Task A_secondary_limit_is_waited_for_as_long_as_it_says()
    {
        await using var github = await LocalGitHub.StartAsync();
        var pull = github.There.OpenPull("feature", "One");
        github.Server.Faults.Add(GitHubFaults.SecondaryLimit(retryAfter: 42), method: "POST", times: 1);

        await github.Repository().CreateCommentAsync(pull.Number, "late", LocalGitHub.Cancellation);

        Assert.Equal([TimeSpan.FromSeconds(43)], github.Clock.Waits);
        Assert.Equal(["GitHub's rate limit is reached: trying again in 43 s (1 of 4)"], github.Reported);
        Assert.Single(github.There.Comments(pull.Number));
    }

    [Theory]
    [InlineData(403)]
    [InlineData(429)]
    public async Task A_secondary_limit_that_names_no_time_is_waited_for_a_minute(int status)
    {
        await using var github = await LocalGitHub.StartAsync();
        github.Server.Faults.Add(GitHubFaults.SecondaryLimit(status: status), times: 1);

        Assert.Equal("main", await github.Repository().DefaultBranchAsync(LocalGitHub.Cancellation));

        Assert.Equal([TimeSpan.FromMinutes(1)], github.Clock.Waits);
    }

    [Fact]
    public async Task The_primary_limit_is_waited_for_until_it_is_lifted()
    {
        await using var github = await LocalGitHub.StartAsync();
        github.Server.Faults.Add(GitHubFaults.PrimaryLimit(seconds: 30), times: 1);

        Assert.Equal("main", await github.Repository().DefaultBranchAsync(LocalGitHub.Cancellation));

        Assert.InRange(Assert.Single(github.Clock.Waits), TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(31));
    }

    [Fact]
    public async Task A_limit_that_outlasts_our_patience_ends_the_call_at_once()
    {
        await using var github = await LocalGitHub.StartAsync();
        github.Server.Faults.Add(GitHubFaults.PrimaryLimit(seconds: 3000));

        var failure = await LocalGitHub.FailureOf(github.Repository().DefaultBranchAsync(LocalGitHub.Cancellation));

        Assert.Equal(Codes.GitHubLimited, failure.Code);
        Assert.Empty(github.Clock.Waits);
        Assert.Single(github.Server.Requests);
    }

    [Fact]
    public async Task Patience_is_for_all_requests_of_a_connection_together()
    {
        await using var github = await LocalGitHub.StartAsync();
        github.Server.Faults.Add(GitHubFaults.SecondaryLimit());
        var repository = github.Repository();

        var first = await LocalGitHub.FailureOf(repository.DefaultBranchAsync(LocalGitHub.Cancellation));
        var second = await LocalGitHub.FailureOf(repository.DefaultBranchAsync(LocalGitHub.Cancellation));

        Assert.Equal((Codes.GitHubLimited, Codes.GitHubLimited), (first.Code, second.Code));
        Assert.Equal([TimeSpan.FromMinutes(1), TimeSpan.FromMinutes(1)], github.Clock.Waits);
        Assert.Equal(4, github.Server.Requests.Count);
    }

    [Fact]
    public async Task A_failure_that_passes_is_not_noticed()
    {
        await using var github = await LocalGitHub.StartAsync();
        github.Server.Faults.Add(GitHubFaults.Failure(500), times: 1);
        github.Server.Faults.Add(GitHubFaults.Failure(503), times: 1);
        var connection = github.Connection();

        Assert.Equal("main", await new GitHubRepository(connection, new(new RepositorySlug("acme", "merges"))).DefaultBranchAsync(LocalGitHub.Cancellation));

        Assert.Equal((3, 3), (connection.Calls, github.Server.Requests.Count));
        Assert.Equal([TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(2)], github.Clock.Waits);
    }

    [Fact]
    public async Task A_failure_that_lasts_is_told_after_five_tries()
    {
        await using var github = await LocalGitHub.StartAsync();
        github.Server.Faults.Add(GitHubFaults.Failure());

        var failure = await LocalGitHub.FailureOf(github.Repository().DefaultBranchAsync(LocalGitHub.Cancellation));

        Assert.Equal(Codes.GitHubUnreachable, failure.Code);
        Assert.Contains("answered 500", failure.Detail, StringComparison.Ordinal);
        Assert.DoesNotContain("Unicorn", failure.Detail, StringComparison.Ordinal);
        Assert.Equal(5, github.Server.Requests.Count);
    }

    [Fact]
    public async Task A_connection_that_breaks_is_made_again()
    {
        await using var github = await LocalGitHub.StartAsync();
        github.Server.Faults.Add(Misbehave.Reset(), times: 1);
        github.Server.Faults.Add(Misbehave.Cut(), times: 1);

        Assert.Equal("main", await github.Repository().DefaultBranchAsync(LocalGitHub.Cancellation));

        Assert.Equal(3, github.Server.Requests.Count);
    }

    [Fact]
    public async Task A_server_that_sends_a_byte_now_and_then_is_given_up()
    {
        await using var github = await LocalGitHub.StartAsync();
        github.Server.Faults.Add(Misbehave.Slow(TimeSpan.FromMilliseconds(30), bytesAtATime: 1));
        using var connection = new GitHubConnection(
            new(github.Server.Api, github.Server.Root, github.Server.Token), github.Clock, _ => { }, silence: TimeSpan.FromMilliseconds(300));

        var failure = await LocalGitHub.FailureOf(new GitHubRepository(connection, new(new RepositorySlug("acme", "merges"))).DefaultBranchAsync(LocalGitHub.Cancellation));

        Assert.Equal(Codes.GitHubUnreachable, failure.Code);
        Assert.Matches(@"only \d+ B came in 0\.[3-9] s", failure.Detail);
    }

    [Fact]
    public async Task A_server_that_falls_silent_in_an_answer_is_given_up()
    {
        await using var github = await LocalGitHub.StartAsync();
        github.Server.Faults.Add(Misbehave.Stall(after: 10));
        using var connection = new GitHubConnection(
            new(github.Server.Api, github.Server.Root, github.Server.Token), github.Clock, _ => { }, silence: TimeSpan.FromMilliseconds(100));

        var failure = await LocalGitHub.FailureOf(new GitHubRepository(connection, new(new RepositorySlug("acme", "merges"))).DefaultBranchAsync(LocalGitHub.Cancellation));

        Assert.Contains("nothing came for 0.1 s", failure.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_server_that_is_not_there_is_told_with_what_to_check()
    {
        using var closed = new TcpListener(IPAddress.Loopback, 0);
        closed.Start();
        var api = new Uri($"http://{closed.LocalEndpoint}/api/v3");
        closed.Stop();
        using var connection = new GitHubConnection(new(api, api, null), new ImpatientClock(), _ => { });

        var failure = await LocalGitHub.FailureOf(new GitHubRepository(connection, new(new RepositorySlug("acme", "merges"))).DefaultBranchAsync(LocalGitHub.Cancellation));

        Assert.Equal((Codes.GitHubUnreachable, 3), (failure.Code, (int)failure.Code.Kind));
        Assert.Contains(api.Authority, failure.Detail, StringComparison.Ordinal);
        Assert.Contains("GITHUB_API_URL", failure.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_token_without_the_right_is_told_which_permission_it_lacks()
    {
        await using var github = await LocalGitHub.StartAsync();
        var pull = github.There.OpenPull("feature", "One");
        var fork = github.Repository(github.Server.AddToken("github-actions[bot]", isWorkflow: true, canWrite: false).Value);

        var failure = await LocalGitHub.FailureOf(fork.CreateCommentAsync(pull.Number, "text", LocalGitHub.Cancellation));

        Assert.Equal(Codes.GitHubRefused, failure.Code);
        Assert.Contains("'issues: write; pull-requests: write'", failure.Detail, StringComparison.Ordinal);
        Assert.Contains("Resource not accessible by integration", failure.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_token_that_nobody_knows_is_refused()
    {
        await using var github = await LocalGitHub.StartAsync();

        var failure = await LocalGitHub.FailureOf(github.Repository("ghp_" + new string('0', 36)).DefaultBranchAsync(LocalGitHub.Cancellation));

        Assert.Equal(Codes.GitHubRefused, failure.Code);
        Assert.Contains("GITHUB_TOKEN", failure.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_answer_that_is_none_of_githubs_is_no_mistake_of_ours()
    {
        await using var github = await LocalGitHub.StartAsync();
        github.Server.Faults.Add(Misbehave.SignInPage(), times: 1);
        github.Server.Faults.Add(Misbehave.Answer(200, "application/json", "{\"default_branch\":"), times: 1);
        github.Server.Faults.Add(Misbehave.Answer(200, "application/json", "[1,2]"), times: 1);
        var repository = github.Repository();

        for (var answer = 0; answer < 3; answer++)
        {
            Assert.Equal(Codes.GitHubUnexpected, (await LocalGitHub.FailureOf(repository.DefaultBranchAsync(LocalGitHub.Cancellation))).Code);
        }
    }

    [Fact]
    public async Task A_redirect_is_followed_within_the_host_and_nowhere_else()
    {
        await using var github = await LocalGitHub.StartAsync();
        github.Server.Faults.Add(Misbehave.Answer(307, "text/plain", "", ("Location", "/api/v3/repos/acme/merges")), "*/repos/acme/old", times: 1);
        github.Server.Faults.Add(Misbehave.Answer(302, "text/plain", "", ("Location", new Uri(github.Server.Foreign, "/steal").AbsoluteUri)), "*/repos/acme/evil");
        var connection = github.Connection();

        Assert.Equal("main", await new GitHubRepository(connection, new(new RepositorySlug("acme", "old"))).DefaultBranchAsync(LocalGitHub.Cancellation));
        var failure = await LocalGitHub.FailureOf(new GitHubRepository(connection, new(new RepositorySlug("acme", "evil"))).DefaultBranchAsync(LocalGitHub.Cancellation));

        Assert.Equal(Codes.GitHubUnexpected, failure.Code);
        Assert.DoesNotContain(github.Server.Requests, request => request.Origin is Origin.Foreign);
        Assert.All(github.Server.Requests, request => Assert.Equal($"Bearer {github.Server.Token}", request.Header("Authorization")));
    }

    [Fact]
    public async Task A_link_to_the_next_page_leads_to_no_other_host()
    {
        await using var github = await LocalGitHub.StartAsync();
        var commit = github.There.Git.Resolve("main")!;
        github.Server.Faults.Add(Misbehave.Header("Link", $"<{new Uri(github.Server.Foreign, "/steal")}>; rel=\"next\""));

        var failure = await LocalGitHub.FailureOf(github.Repository().PullsOfCommitAsync(commit, LocalGitHub.Cancellation));

        Assert.Equal(Codes.GitHubUnexpected, failure.Code);
        Assert.DoesNotContain(github.Server.Requests, request => request.Origin is Origin.Foreign);
    }

    [Theory]
    [InlineData(401)]
    [InlineData(403)]
    [InlineData(404)]
    [InlineData(409)]
    [InlineData(422)]
    [InlineData(500)]
    public async Task A_secret_in_a_servers_error_is_never_shown(int status)
    {
        await using var github = await LocalGitHub.StartAsync();
        var said = $"Who is {github.Server.Token}, {Uri.EscapeDataString(github.Server.Token)}, {Convert.ToBase64String(Encoding.ASCII.GetBytes($"x:{github.Server.Token}"))}?";
        github.Server.Faults.Add(Misbehave.Answer(status, "application/json", $$"""{"message":"{{said}}","errors":[{"message":"{{said}}"}]}"""));

        var failure = await Assert.ThrowsAsync<MergeOpsException>(() => github.Repository().DefaultBranchAsync(LocalGitHub.Cancellation));

        Assert.Contains("Who is ***", failure.Diagnostic.Detail, StringComparison.Ordinal);
        Assert.False(new TokenTrace(github.Server.Token).IsIn(failure.Diagnostic.Detail));
        Assert.False(new TokenTrace(github.Server.Token).IsIn(failure.Message));
        Assert.DoesNotContain(github.Reported, new TokenTrace(github.Server.Token).IsIn);
    }

    [Fact]
    public async Task A_secret_in_a_text_of_ours_is_never_posted()
    {
        await using var github = await LocalGitHub.StartAsync();
        var pull = github.There.OpenPull("feature", "One");
        var repository = github.Repository();
        SecretText.Register("the-registered-secret");

        var text = $"{github.Server.Token} and the-registered-secret";
        var id = await repository.CreateCommentAsync(pull.Number, text, LocalGitHub.Cancellation);
        await repository.EditCommentAsync(id, text + ".", LocalGitHub.Cancellation);
        await repository.SetStatusAsync(pull.HeadSha, CommitState.Success, "mergeops/plan", text, null, LocalGitHub.Cancellation);
        await repository.CreateIssueAsync(text, text, LocalGitHub.Cancellation);

        Assert.DoesNotContain(github.Server.Requests, request => request.Body.Contains("the-registered-secret", StringComparison.Ordinal));
        Assert.DoesNotContain(github.Server.Requests, request => new TokenTrace(github.Server.Token).IsIn(request.Body));
        Assert.Equal("*** and ***.", Assert.Single(github.There.Comments(pull.Number)).Body);
    }

    [Fact]
    public async Task Many_writes_keep_a_second_apart()
    {
        await using var github = await LocalGitHub.StartAsync();
        var pull = github.There.OpenPull("feature", "One");
        var repository = github.Repository();

        for (var number = 0; number < 5; number++)
        {
            await repository.CreateCommentAsync(pull.Number, $"{number}", LocalGitHub.Cancellation);
        }

        Assert.Empty(github.Clock.Waits);
        await repository.CreateCommentAsync(pull.Number, "one more", LocalGitHub.Cancellation);
        Assert.InRange(Assert.Single(github.Clock.Waits), TimeSpan.Zero, TimeSpan.FromSeconds(1));
    }

    [Fact]
    public async Task A_call_that_is_cancelled_ends_as_that()
    {
        await using var github = await LocalGitHub.StartAsync();
        github.Server.Faults.Add(Misbehave.Never());
        using var cancelled = CancellationTokenSource.CreateLinkedTokenSource(LocalGitHub.Cancellation);
        var call = github.Repository().DefaultBranchAsync(cancelled.Token);
        await cancelled.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => call);
    }
}
