using MergeOps.Diagnostics;
using MergeOps.Forges;
using MergeOps.TestGitHub.Faults;
using MergeOps.TestHub.Faults;
using Xunit;

namespace MergeOps.Tests.GitHub.Client;

public sealed class GitHubCommentsTests
{
    [Fact]
    public async Task Our_comment_is_found_beyond_the_first_page_by_its_author_and_its_text()
    {
        await using var github = await LocalGitHub.StartAsync();
        var pull = github.There.OpenPull("feature", "One");
        for (var number = 0; number < 130; number++)
        {
            github.There.AddComment(pull.Number, "mona", "<!-- ours --> copied");
        }

        var stored = github.There.AddComment(pull.Number, "github-actions[bot]", "<!-- ours --> real");

        var found = await github.Repository().FindCommentAsync(
            pull.Number,
            comment => comment.AuthorLogin == "github-actions[bot]" && comment.Body.StartsWith("<!-- ours -->", StringComparison.Ordinal),
            LocalGitHub.Cancellation);

        Assert.Equal(new CommentInfo(stored.Id, "github-actions[bot]", "<!-- ours --> real"), found);
        Assert.Equal(2, github.Server.Requests.Count);
    }

    [Fact]
    public async Task A_comment_is_created_and_edited_in_place()
    {
        await using var github = await LocalGitHub.StartAsync();
        var pull = github.There.OpenPull("feature", "One");
        var repository = github.Repository();

        var id = await repository.CreateCommentAsync(pull.Number, "first", LocalGitHub.Cancellation);
        await repository.EditCommentAsync(id, "second", LocalGitHub.Cancellation);

        var comment = Assert.Single(github.There.Comments(pull.Number));
        Assert.Equal((id, "second", 1), (comment.Id, comment.Body, comment.Edits));
        Assert.Equal(["POST issues/1/comments", $"PATCH issues/comments/{id}"], github.Calls());
    }

    [Fact]
    public async Task A_comment_that_was_deleted_in_between_is_gone()
    {
        await using var github = await LocalGitHub.StartAsync();
        var pull = github.There.OpenPull("feature", "One");
        var stored = github.There.AddComment(pull.Number, "github-actions[bot]", "first");
        github.Server.Faults.Add(Misbehave.First(() => github.There.DeleteComment(stored.Id)), method: "PATCH");

        var failure = await LocalGitHub.FailureOf(github.Repository().EditCommentAsync(stored.Id, "second", LocalGitHub.Cancellation));

        Assert.Equal(Codes.GitHubGone, failure.Code);
    }

    [Fact]
    public async Task A_comment_that_is_too_long_is_named_as_that()
    {
        await using var github = await LocalGitHub.StartAsync();
        var pull = github.There.OpenPull("feature", "One");
        var repository = github.Repository();

        await repository.CreateCommentAsync(pull.Number, new string('x', 65_536), LocalGitHub.Cancellation);
        var failure = await LocalGitHub.FailureOf(repository.CreateCommentAsync(pull.Number, new string('x', 65_537), LocalGitHub.Cancellation));

        Assert.Equal(Codes.GitHubTooLong, failure.Code);
        Assert.Single(github.There.Comments(pull.Number));
    }

    [Fact]
    public async Task A_comment_is_never_posted_twice_when_its_answer_is_lost()
    {
        await using var github = await LocalGitHub.StartAsync();
        var pull = github.There.OpenPull("feature", "One");
        github.Server.Faults.Add(GitHubFaults.FailureAfterwards(), "*/comments", "POST", times: 1);

        var id = await github.Repository().CreateCommentAsync(pull.Number, "only one\n", LocalGitHub.Cancellation);

        Assert.Equal(id, Assert.Single(github.There.Comments(pull.Number)).Id);
        Assert.Equal(["POST issues/1/comments", "GET /api/v3/user", "POST /api/graphql", "GET issues/1/comments"], github.Calls().Select(call => call.Split('?')[0]));
    }

    [Fact]
    public async Task A_comment_that_was_not_taken_is_posted_again()
    {
        await using var github = await LocalGitHub.StartAsync();
        var pull = github.There.OpenPull("feature", "One");
        github.Server.Faults.Add(GitHubFaults.Failure(), "*/comments", "POST", times: 2);

        await github.Repository().CreateCommentAsync(pull.Number, "only one", LocalGitHub.Cancellation);

        Assert.Single(github.There.Comments(pull.Number));
        Assert.Equal(3, github.Calls().Count(call => call == "POST issues/1/comments"));
    }

    [Fact]
    public async Task A_comment_that_is_never_taken_is_given_up()
    {
        await using var github = await LocalGitHub.StartAsync();
        var pull = github.There.OpenPull("feature", "One");
        github.Server.Faults.Add(GitHubFaults.Failure(), "*/comments", "POST");

        var failure = await LocalGitHub.FailureOf(github.Repository().CreateCommentAsync(pull.Number, "only one", LocalGitHub.Cancellation));

        Assert.Equal(Codes.GitHubUnreachable, failure.Code);
        Assert.Equal(3, github.Calls().Count(call => call == "POST issues/1/comments"));
    }

    [Theory]
    [InlineData(Reaction.Seen, "eyes")]
    [InlineData(Reaction.Done, "rocket")]
    [InlineData(Reaction.Refused, "confused")]
    public async Task A_reaction_given_twice_is_there_once(object reaction, string content)
    {
        await using var github = await LocalGitHub.StartAsync();
        var pull = github.There.OpenPull("feature", "One");
        var comment = github.There.AddComment(pull.Number, "mona", "/merge plan");
        var repository = github.Repository();

        await repository.ReactAsync(comment.Id, (Reaction)reaction, LocalGitHub.Cancellation);
        await repository.ReactAsync(comment.Id, (Reaction)reaction, LocalGitHub.Cancellation);

        Assert.Equal([("github-actions[bot]", content)], comment.Reactions);
    }
}
