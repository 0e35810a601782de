using System.Collections.Immutable;
using System.Text;
using MergeOps.Forges;
using MergeOps.TestGitHub.Faults;
using MergeOps.TestGitHub.Storage;
using Xunit;

namespace MergeOps.Tests.GitHub.Client;

public sealed class GitHubProposalsTests
{
    private const string Branch = "mergeops/lock/a";

    [Fact]
    public async Task A_change_of_several_files_becomes_one_commit_and_one_pull_request()
    {
        await using var github = await LocalGitHub.StartAsync();
        github.There.Commit("main", new Dictionary<string, string?> { ["recipes/.locks/old.json"] = "{}" });

        var proposal = await github.Repository().ProposeAsync(
            Change(("recipes/a.lock.yml", "commit: ö\n"), ("recipes/.locks/new.json", "{}\n"), ("recipes/.locks/old.json", null)), LocalGitHub.Cancellation);

        Assert.Equal(ProposalOutcome.Opened, proposal.Outcome);
        var pull = Assert.Single(github.There.Pulls);
        Assert.Equal((pull.Number, pull.HeadSha), (proposal.Pull!.Number, proposal.Pull.HeadSha));
        Assert.Equal((Branch, "main", "Update the lock of a", "because"), (pull.HeadRef, pull.BaseRef, pull.Title, pull.Body));
        Assert.Equal([github.There.Git.Resolve("main")!], github.There.Git.Describe(pull.HeadSha).Parents);
        Assert.Equal(
            [('A', "recipes/.locks/new.json"), ('A', "recipes/a.lock.yml"), ('D', "recipes/.locks/old.json")],
            github.There.Git.Differences("main", pull.HeadSha).Select(file => (file.Status, file.Path)).Order());
        Assert.Equal("commit: ö\n", Text(github.There, "recipes/a.lock.yml"));
        Assert.True(github.Server.Requests.Count <= 7, string.Join('\n', github.Calls()));
    }

    [Fact]
    public async Task The_same_change_proposed_again_changes_nothing()
    {
        await using var github = await LocalGitHub.StartAsync();
        var repository = github.Repository();
        var first = await repository.ProposeAsync(Change(("a.lock.yml", "1")), LocalGitHub.Cancellation);
        github.There.Commit("main", new Dictionary<string, string?> { ["other.md"] = "the base moves on" });

        var second = await repository.ProposeAsync(Change(("a.lock.yml", "1")), LocalGitHub.Cancellation);

        Assert.Equal((ProposalOutcome.Unchanged, first.Pull!.Number, first.Pull.HeadSha), (second.Outcome, second.Pull!.Number, second.Pull.HeadSha));
        Assert.Single(github.There.Pulls);
    }

    [Fact]
    public async Task A_newer_change_takes_the_place_of_the_older_one_on_the_present_base()
    {
        await using var github = await LocalGitHub.StartAsync();
        var repository = github.Repository();
        var first = await repository.ProposeAsync(Change(("a.lock.yml", "1"), ("b.json", "1")), LocalGitHub.Cancellation);
        var target = github.There.Commit("main", new Dictionary<string, string?> { ["a.lock.yml"] = "conflict" });

        var second = await repository.ProposeAsync(Change(("a.lock.yml", "2")), LocalGitHub.Cancellation);

        Assert.Equal((ProposalOutcome.Updated, first.Pull!.Number), (second.Outcome, second.Pull!.Number));
        var pull = Assert.Single(github.There.Pulls);
        Assert.Equal(second.Pull.HeadSha, pull.HeadSha);
        Assert.Equal([target], github.There.Git.Describe(pull.HeadSha).Parents);
        Assert.Equal([('M', null, "a.lock.yml")], github.There.Git.Differences("main", pull.HeadSha));
    }

    [Fact]
    public async Task Commits_of_people_on_the_branch_are_kept()
    {
        await using var github = await LocalGitHub.StartAsync();
        var repository = github.Repository();
        await repository.ProposeAsync(Change(("a.lock.yml", "1")), LocalGitHub.Cancellation);
        var theirs = github.There.Commit(Branch, new Dictionary<string, string?> { ["notes.md"] = "mine" }, author: "mona");

        await repository.ProposeAsync(Change(("a.lock.yml", "2")), LocalGitHub.Cancellation);

        Assert.Equal([theirs], github.There.Git.Describe(Branch).Parents);
        Assert.Equal("mine", Text(github.There, "notes.md"));
        Assert.Equal("2", Text(github.There, "a.lock.yml"));
    }

    [Fact]
    public async Task What_the_base_holds_already_is_not_proposed()
    {
        await using var github = await LocalGitHub.StartAsync();

        var proposal = await github.Repository().ProposeAsync(Change(("README.md", "# Merges\n")), LocalGitHub.Cancellation);

        Assert.Equal(new Proposal(ProposalOutcome.NothingToPropose, null), proposal);
        Assert.Empty(github.There.Pulls);
    }

    [Fact]
    public async Task A_proposal_that_somebody_closed_stays_closed_until_it_is_another_one()
    {
        await using var github = await LocalGitHub.StartAsync();
        var repository = github.Repository();
        await repository.ProposeAsync(Change(("a.lock.yml", "1")), LocalGitHub.Cancellation);
        github.There.Pulls[0].IsOpen = false;

        var same = await repository.ProposeAsync(Change(("a.lock.yml", "1")), LocalGitHub.Cancellation);
        var another = await repository.ProposeAsync(Change(("a.lock.yml", "2")), LocalGitHub.Cancellation);

        Assert.Equal((ProposalOutcome.Declined, 1), (same.Outcome, same.Pull!.Number));
        Assert.Equal((ProposalOutcome.Opened, 2), (another.Outcome, another.Pull!.Number));
    }

    [Fact]
    public async Task After_a_merge_the_next_change_is_a_new_pull_request()
    {
        await using var github = await LocalGitHub.StartAsync();
        var repository = github.Repository();
        await repository.ProposeAsync(Change(("a.lock.yml", "1")), LocalGitHub.Cancellation);
        github.There.Merge(1, squash: true);

        var same = await repository.ProposeAsync(Change(("a.lock.yml", "1")), LocalGitHub.Cancellation);
        var next = await repository.ProposeAsync(Change(("a.lock.yml", "2")), LocalGitHub.Cancellation);

        Assert.Equal(ProposalOutcome.NothingToPropose, same.Outcome);
        Assert.Equal((ProposalOutcome.Opened, 2), (next.Outcome, next.Pull!.Number));
        Assert.Equal([github.There.Git.Resolve("main")!], github.There.Git.Describe(Branch).Parents);
    }

    [Theory]
    [InlineData("*/git/refs")]
    [InlineData("*/pulls")]
    public async Task Nothing_is_created_twice_when_an_answer_is_lost(string path)
    {
        await using var github = await LocalGitHub.StartAsync();
        github.Server.Faults.Add(GitHubFaults.FailureAfterwards(), path, "POST", times: 1);

        var proposal = await github.Repository().ProposeAsync(Change(("a.lock.yml", "1")), LocalGitHub.Cancellation);

        Assert.Equal(ProposalOutcome.Opened, proposal.Outcome);
        Assert.Single(github.There.Pulls);
        Assert.Single(github.Server.Requests, request => request.Method == "POST" && request.Path.EndsWith(path[1..], StringComparison.Ordinal));
    }

    private static ProposedChange Change(params (string Path, string? Content)[] files) => new(
        Branch,
        "main",
        files.ToImmutableSortedDictionary(file => file.Path, file => file.Content is { } content ? System.Text.Encoding.UTF8.GetBytes(content) : null, StringComparer.Ordinal),
        "Update the lock of a",
        "Update the lock of a",
        "because");

    private static string Text(TestRepository repository, string path) => Encoding.UTF8.GetString(repository.Git.File(Branch, path)!);
}
