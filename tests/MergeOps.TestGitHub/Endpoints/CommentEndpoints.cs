using MergeOps.TestGitHub.Http;
using MergeOps.TestGitHub.Storage;

namespace MergeOps.TestGitHub.Endpoints;

/// <summary>Comments of pull requests and issues, and reactions to them.</summary>
internal static class CommentEndpoints
{
    private const string Permission = "issues=write; pull_requests=write";

    /// <summary>Adds them.</summary>
    public static void Map(GitHubRoutes routes)
    {
        routes.Map("GET /repos/{owner}/{repo}/issues/{issue_number}/comments", ListAsync);
        routes.Map("POST /repos/{owner}/{repo}/issues/{issue_number}/comments", CreateAsync);
        routes.Map("PATCH /repos/{owner}/{repo}/issues/comments/{comment_id}", EditAsync);
        routes.Map("POST /repos/{owner}/{repo}/issues/comments/{comment_id}/reactions", ReactAsync);
    }

    private static Task ListAsync(GitHubCall call) => call.AnswerPageAsync(
        call.Repository.Comments(Number(call)), comment => Answers.Comment(Answers.Element(call.Example(200)), comment));

    private static Task CreateAsync(GitHubCall call)
    {
        call.MustWrite(Permission);
        var comment = call.Repository.AddComment(Number(call), call.Token.Login, Text(call));
        return call.AnswerAsync(Answers.Comment(call.Example(201), comment), 201);
    }

    private static Task EditAsync(GitHubCall call)
    {
        call.MustWrite(Permission);
        var comment = Comment(call);
        comment.Body = Text(call);
        comment.Edits++;
        return call.AnswerAsync(Answers.Comment(call.Example(200), comment));
    }

    private static Task ReactAsync(GitHubCall call)
    {
        call.MustWrite(Permission);
        var reactions = Comment(call).Reactions;
        var reaction = (call.Token.Login, call.Text("content")!);
        var status = reactions.Contains(reaction) ? 200 : 201;
        if (status == 201)
        {
            reactions.Enqueue(reaction);
        }

        var example = call.Example(status);
        return call.AnswerAsync(
            Answers.With(example, ("content", call.Text("content")), ("user", Answers.User(example["user"]!, call.Token.Login))), status);
    }

    private static string Text(GitHubCall call) =>
        Limits.Body(call.Text("body")!) is { } text && !string.IsNullOrWhiteSpace(text) ? text : throw GitHubError.Invalid("body can't be blank");

    private static int Number(GitHubCall call)
    {
        var number = call.Number("issue_number");
        return call.Repository.Pull(number) is not null || call.Repository.Issues.Any(issue => issue.Number == number) ? number : throw GitHubError.NotFound();
    }

    private static StoredComment Comment(GitHubCall call) => call.Repository.Comment(call.Number("comment_id")) ?? throw GitHubError.NotFound();
}
