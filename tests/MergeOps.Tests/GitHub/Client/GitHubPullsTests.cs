using MergeOps.Diagnostics;
using MergeOps.Forges;
using Xunit;

namespace MergeOps.Tests.GitHub.Client;

public sealed class GitHubPullsTests
{
    [Fact]
    public async Task A_pull_request_is_read_as_it_is()
    {
        await using var github = await LocalGitHub.StartAsync();
        var stored = github.There.OpenPull("feature", "Add a <b>recipe</b>", author: "mona");

        var pull = await github.Repository().PullAsync(stored.Number, LocalGitHub.Cancellation);

        Assert.Equal(
            new PullRequestInfo(
                stored.Number, github.There.Git.Resolve("feature")!, "main", "mona", IsOpen: true, MergedAt: null, MergeCommitSha: null)
            {
                IsMergeable = true,
            },
            pull);
        Assert.Equal(["GET pulls/1"], github.Calls());
    }

    [Fact]
    public async Task A_pull_request_of_a_fork_is_read_even_after_the_fork_was_deleted()
    {
        await using var github = await LocalGitHub.StartAsync();
        github.There.Commit("patch-1", new Dictionary<string, string?> { ["recipes/b.yml"] = "x" }, "stranger", fork: "stranger/merges");
        var stored = github.There.OpenPull("patch-1", "From a fork", "stranger", fork: "stranger/merges");
        var repository = github.Repository();

        var pull = await repository.PullAsync(stored.Number, LocalGitHub.Cancellation);
        Assert.Equal((stored.HeadSha, "stranger"), (pull.HeadSha, pull.AuthorLogin));

        stored.IsForkDeleted = true;
        Assert.Equal(pull, await repository.PullAsync(stored.Number, LocalGitHub.Cancellation));
    }

    [Fact]
    public async Task A_merged_pull_request_is_found_by_its_commit()
    {
        await using var github = await LocalGitHub.StartAsync();
        var stored = github.There.OpenPull("feature", "One");
        var merge = github.There.Merge(stored.Number);

        var pull = Assert.Single(await github.Repository().PullsOfCommitAsync(merge, LocalGitHub.Cancellation));

        Assert.Equal((stored.Number, false, true, merge), (pull.Number, pull.IsOpen, pull.IsMerged, pull.MergeCommitSha));
    }

    [Fact]
    public async Task Files_of_a_pull_request_come_from_all_pages_with_their_old_names()
    {
        await using var github = await LocalGitHub.StartAsync();
        var files = Enumerable.Range(0, 120).ToDictionary(number => $"recipes/{number:000} #?%.yml", number => (string?)$"name: {number}\n");
        github.There.Commit("many", files);
        github.There.Commit("many", new Dictionary<string, string?> { ["README.md"] = null, ["docs/README.md"] = "# Merges\n" });
        var stored = github.There.OpenPull("many", "Many");

        var changed = await github.Repository().PullFilesAsync(stored.Number, LocalGitHub.Cancellation);

        Assert.Equal(121, changed.Length);
        Assert.Contains(new ChangedFile("recipes/007 #?%.yml", null), changed);
        Assert.Contains(new ChangedFile("docs/README.md", "README.md"), changed);
        Assert.Equal(2, github.Server.Requests.Count);
    }

    [Fact]
    public async Task What_changed_between_two_commits_names_old_and_new_paths()
    {
        await using var github = await LocalGitHub.StartAsync();
        var before = github.There.Git.Resolve("main")!;
        var after = github.There.Commit("main", new Dictionary<string, string?> { ["README.md"] = null, ["READ.md"] = "# Merges\n", ["a.yml"] = "a" });

        var paths = await github.Repository().ChangedBetweenAsync(before, after, LocalGitHub.Cancellation);

        Assert.Equal(["READ.md", "README.md", "a.yml"], paths.Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task A_comparison_that_may_be_cut_is_no_answer()
    {
        await using var github = await LocalGitHub.StartAsync();
        var before = github.There.Git.Resolve("main")!;
        var after = github.There.Commit("main", Enumerable.Range(0, 300).ToDictionary(number => $"{number}.yml", number => (string?)$"{number}"));

        var failure = await LocalGitHub.FailureOf(github.Repository().ChangedBetweenAsync(before, after, LocalGitHub.Cancellation));

        Assert.Equal(Codes.GitHubUnexpected, failure.Code);
        Assert.Contains("300 files", failure.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Reviews_say_who_approved_which_head()
    {
        await using var github = await LocalGitHub.StartAsync();
        var stored = github.There.OpenPull("feature", "One");
        var first = stored.HeadSha;
        github.There.Review(stored.Number, "mona");
        var second = github.There.Commit("feature", new Dictionary<string, string?> { ["recipes/a.yml"] = "merge_method: slerp\n" });
        github.There.Review(stored.Number, "hubot", "CHANGES_REQUESTED");

        var reviews = await github.Repository().ReviewsAsync(stored.Number, LocalGitHub.Cancellation);

        Assert.Equal([new Review("mona", ReviewState.Approved, first), new Review("hubot", ReviewState.ChangesRequested, second)], reviews);
    }

    [Fact]
    public async Task Closed_pull_requests_into_a_branch_come_last_first()
    {
        await using var github = await LocalGitHub.StartAsync();
        var open = github.There.OpenPull("feature", "One");
        github.There.Commit("second", new Dictionary<string, string?> { ["b.yml"] = "b" });
        var merged = github.There.OpenPull("second", "Two");
        github.There.Merge(merged.Number);
        github.There.Commit("third", new Dictionary<string, string?> { ["c.yml"] = "c" });
        github.There.OpenPull("third", "Three").IsOpen = false;

        var closed = await github.Repository().ClosedPullsAsync("main", 2, LocalGitHub.Cancellation);

        Assert.Equal([(3, false), (2, true)], closed.Select(pull => (pull.Number, pull.IsMerged)));
        Assert.DoesNotContain(closed, pull => pull.Number == open.Number);
    }

    [Fact]
    public async Task A_pull_request_that_is_not_there_is_gone()
    {
        await using var github = await LocalGitHub.StartAsync();

        var failure = await LocalGitHub.FailureOf(github.Repository().PullAsync(404, LocalGitHub.Cancellation));

        Assert.Equal(Codes.GitHubGone, failure.Code);
        Assert.Contains("acme/merges#404", failure.Detail, StringComparison.Ordinal);
    }
}
