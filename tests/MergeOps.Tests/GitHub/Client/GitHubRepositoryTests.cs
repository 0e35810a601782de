using MergeOps.Diagnostics;
using MergeOps.Forges;
using MergeOps.TestGitHub.Faults;
using MergeOps.TestGitHub.Storage;
using MergeOps.TestHub.Faults;
using Xunit;

namespace MergeOps.Tests.GitHub.Client;

public sealed class GitHubRepositoryTests
{
    [Fact]
    public async Task The_default_branch_is_the_one_that_the_repository_names()
    {
        await using var github = await LocalGitHub.StartAsync();
        github.There.DefaultBranch = "trunk";

        Assert.Equal("trunk", await github.Repository().DefaultBranchAsync(LocalGitHub.Cancellation));
    }

    [Fact]
    public async Task A_workflow_and_an_app_write_as_their_bots_and_a_person_as_themselves_and_each_is_asked_once()
    {
        await using var github = await LocalGitHub.StartAsync();
        var workflow = github.Repository();
        var app = github.Repository(github.Server.AddToken("acme-app[bot]").Value);
        var person = github.Repository(github.Server.AddToken("mona").Value);

        Assert.Equal("github-actions[bot]", await workflow.OwnLoginAsync(LocalGitHub.Cancellation));
        Assert.Equal("github-actions[bot]", await workflow.OwnLoginAsync(LocalGitHub.Cancellation));
        Assert.Equal("acme-app[bot]", await app.OwnLoginAsync(LocalGitHub.Cancellation));
        Assert.Equal("acme-app[bot]", await app.OwnLoginAsync(LocalGitHub.Cancellation));
        Assert.Equal("mona", await person.OwnLoginAsync(LocalGitHub.Cancellation));
        Assert.Equal(["GET /api/v3/user", "POST /api/graphql", "GET /api/v3/user", "POST /api/graphql", "GET /api/v3/user"], github.Calls());
    }

    [Theory]
    [InlineData(200, """{"errors":[{"type":"FORBIDDEN","message":"Resource not accessible by integration"}]}""")]
    [InlineData(200, """{"data":{"viewer":null},"errors":[]}""")]
    [InlineData(200, "[]")]
    [InlineData(403, """{"message":"Resource not accessible by integration"}""")]
    [InlineData(404, """{"message":"Not Found"}""")]
    public async Task Where_GitHub_does_not_say_who_asks_it_is_the_workflows_own_token(int status, string answer)
    {
        await using var github = await LocalGitHub.StartAsync();
        github.Server.Faults.Add(Misbehave.Answer(status, "application/json", answer), "*/graphql", "POST");

        Assert.Equal("github-actions[bot]", await github.Repository().OwnLoginAsync(LocalGitHub.Cancellation));
    }

    [Fact]
    public async Task A_GitHub_that_cannot_be_asked_who_asks_is_not_guessed_at()
    {
        await using var github = await LocalGitHub.StartAsync();
        github.Server.Faults.Add(GitHubFaults.Failure(), "*/graphql", "POST");

        Assert.Equal(Codes.GitHubUnreachable, (await LocalGitHub.FailureOf(github.Repository().OwnLoginAsync(LocalGitHub.Cancellation))).Code);
    }

    [Theory]
    [InlineData("admin", true)]
    [InlineData("write", true)]
    [InlineData("read", false)]
    [InlineData("none", false)]
    [InlineData(null, false)]
    public async Task Who_may_write_is_decided_by_the_permission(string? permission, bool may)
    {
        await using var github = await LocalGitHub.StartAsync();
        if (permission is not null)
        {
            github.There.Permissions["dependabot[bot]"] = permission;
        }

        Assert.Equal(may, await github.Repository().MayWriteAsync("dependabot[bot]", LocalGitHub.Cancellation));
    }

    [Fact]
    public async Task A_login_cannot_lead_a_request_elsewhere()
    {
        await using var github = await LocalGitHub.StartAsync();

        Assert.False(await github.Repository().MayWriteAsync("../../../user?x=", LocalGitHub.Cancellation));

        Assert.StartsWith("GET collaborators/..%2F..%2F..%2Fuser%3Fx%3D/permission", Assert.Single(github.Calls()), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_file_is_read_at_a_branch_or_a_commit_whatever_its_name()
    {
        await using var github = await LocalGitHub.StartAsync();
        var commit = github.There.Commit("release/1#2", new Dictionary<string, string?> { ["a folder/50% #1?.yml"] = "öl: 1\n" });
        var repository = github.Repository();

        Assert.Equal("öl: 1\n"u8.ToArray(), await repository.FileAsync("a folder/50% #1?.yml", "release/1#2", LocalGitHub.Cancellation));
        Assert.Equal("öl: 1\n"u8.ToArray(), await repository.FileAsync("a folder/50% #1?.yml", commit, LocalGitHub.Cancellation));
        Assert.Null(await repository.FileAsync("a folder/50% #1?.yml", "main", LocalGitHub.Cancellation));
        Assert.Null(await repository.FileAsync("README.md", "no-such-branch", LocalGitHub.Cancellation));
    }

    [Fact]
    public async Task A_status_is_set_with_a_description_that_fits()
    {
        await using var github = await LocalGitHub.StartAsync();
        var sha = github.There.Git.Resolve("feature")!;

        await github.Repository().SetStatusAsync(
            sha, CommitState.Failure, "mergeops/plan", string.Concat(Enumerable.Repeat("🚀", 100)), "https://example.org/run", LocalGitHub.Cancellation);

        var status = Assert.Single(github.There.Statuses);
        Assert.Equal((sha, "mergeops/plan", "failure", "https://example.org/run"), (status.Sha, status.Context, status.State, status.TargetUrl));
        Assert.Equal(string.Concat(Enumerable.Repeat("🚀", 69)) + "…", status.Description);
    }

    [Fact]
    public async Task Every_request_names_the_program_the_version_of_the_api_and_the_token()
    {
        await using var github = await LocalGitHub.StartAsync();

        await github.Repository().DefaultBranchAsync(LocalGitHub.Cancellation);

        var request = Assert.Single(github.Server.Requests);
        Assert.StartsWith("mergeops/", request.Header("User-Agent"), StringComparison.Ordinal);
        Assert.Equal("2022-11-28", request.Header("X-GitHub-Api-Version"));
        Assert.Equal($"Bearer {github.Server.Token}", request.Header("Authorization"));
    }

    [Fact]
    public async Task Who_is_in_a_team_is_seen_by_a_token_that_may_see_it_and_by_no_other()
    {
        await using var github = await LocalGitHub.StartAsync();
        github.Server.Teams.Add(("acme/mergers", "mona"));
        var app = github.Repository(github.Server.AddToken("acme-app[bot]").Value);

        Assert.True(await app.IsInTeamAsync("acme", "mergers", "mona", LocalGitHub.Cancellation));
        Assert.False(await app.IsInTeamAsync("acme", "mergers", "lisa", LocalGitHub.Cancellation));
        Assert.False(await github.Repository().IsInTeamAsync("acme", "mergers", "mona", LocalGitHub.Cancellation));
    }

    [Fact]
    public async Task What_the_workflows_own_token_merges_starts_nothing_and_what_it_dispatches_runs_once()
    {
        await using var github = await LocalGitHub.StartAsync();
        github.There.Commit("main", new Dictionary<string, string?> { [".github/workflows/merge-rebuild.yml"] = "on:\n  workflow_dispatch:\n" });
        github.Server.Faults.Add(GitHubFaults.FailureAfterwards(), "*/dispatches", "POST", times: 1);
        var workflow = github.Repository();

        var lost = await LocalGitHub.FailureOf(workflow.StartRebuildAsync("main", LocalGitHub.Cancellation));

        Assert.Equal(Codes.GitHubUnreachable, lost.Code);
        Assert.Equal([new StoredDispatch("merge-rebuild.yml", "main", "github-actions[bot]")], github.There.Dispatches);
        Assert.False(await workflow.FollowOwnMergesAsync(LocalGitHub.Cancellation));
        Assert.True(await github.Repository(github.Server.AddToken("acme-app[bot]").Value).FollowOwnMergesAsync(LocalGitHub.Cancellation));
    }
}
