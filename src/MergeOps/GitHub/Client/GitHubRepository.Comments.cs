using System.Collections.Immutable;
using MergeOps.Diagnostics;
using Octokit;

namespace MergeOps.GitHub.Client;

/// <summary>One repository on GitHub. Here: comments of pull requests and issues.</summary>
internal sealed partial class GitHubRepository
{
    private const string CommentPermission = "pull-requests: write";

    /// <summary>The oldest comment of a pull request or issue that is ours; null when there is none.</summary>
    /// <param name="number">The number of the pull request or issue.</param>
    /// <param name="isOurs">Tells which it is: by its author as well as by its text, since anybody can copy a text.</param>
    /// <param name="cancellation">Stops.</param>
    public async Task<CommentInfo?> FindCommentAsync(int number, Func<CommentInfo, bool> isOurs, CancellationToken cancellation = default)
    {
        var comments = await CommentsAsync(number, int.MaxValue, isOurs, cancellation);
        return comments.FirstOrDefault(isOurs);
    }

    /// <summary>The first hundred comments of a pull request or issue, oldest first: one call, however many there are.</summary>
    public Task<ImmutableArray<CommentInfo>> FirstCommentsAsync(int number, CancellationToken cancellation = default) =>
        CommentsAsync(number, PageSize, _ => false, cancellation);

    /// <summary>Comments a pull request or issue.</summary>
    /// <returns>The comment's id.</returns>
    public async Task<long> CreateCommentAsync(int number, string body, CancellationToken cancellation = default)
    {
        var text = SecretText.Redact(body);
        var comment = await connection.CreateAsync(
            new($"a comment on {slug}#{number}", CommentPermission),
            async github => Info(await github.Issue.Comment.Create(slug.Owner, slug.Name, number, text)),
            async () =>
            {
                var login = await OwnLoginAsync(cancellation);
                return await FindCommentAsync(number, found => found.AuthorLogin == login && IsSame(found.Body, text), cancellation);
            },
            cancellation);
        return comment.Id;
    }

    /// <summary>Gives a comment another text; nobody is notified.</summary>
    /// <exception cref="MergeOpsException"><see cref="Codes.GitHubGone"/>: it was deleted; or another failure.</exception>
    public Task EditCommentAsync(long id, string body, CancellationToken cancellation = default)
    {
        var text = SecretText.Redact(body);
        return connection.CallAsync(
            new($"the comment {id} in {slug}", CommentPermission),
            github => github.Issue.Comment.Update(slug.Owner, slug.Name, id, text),
            cancellation);
    }

    /// <summary>Answers a comment without words; a second time changes nothing.</summary>
    public Task ReactAsync(long commentId, Reaction reaction, CancellationToken cancellation = default)
    {
        var content = reaction switch
        {
            Reaction.Eyes => ReactionType.Eyes,
            Reaction.Rocket => ReactionType.Rocket,
            _ => ReactionType.Confused,
        };
        return connection.CallAsync(
            new($"a reaction to the comment {commentId} in {slug}", CommentPermission),
            github => github.Reaction.IssueComment.Create(slug.Owner, slug.Name, commentId, new NewReaction(content)),
            cancellation);
    }

    private async Task<ImmutableArray<CommentInfo>> CommentsAsync(int number, int most, Func<CommentInfo, bool> isLast, CancellationToken cancellation)
    {
        var comments = await PagesAsync(
            new($"the comments of {slug}#{number}", "pull-requests: read"),
            (github, options) => github.Issue.Comment.GetAllForIssue(slug.Owner, slug.Name, number, options),
            most,
            page => page.Select(Info).Any(isLast),
            cancellation);
        return [.. comments.Select(Info)];
    }

    private static CommentInfo Info(IssueComment comment) => new(comment.Id, comment.User?.Login ?? DeletedLogin, comment.Body ?? "");

    // GitHub keeps texts without the blanks around them
    private static bool IsSame(string stored, string sent) => Plain(stored) == Plain(sent);

    private static string Plain(string text) => text.Replace("\r\n", "\n", StringComparison.Ordinal).Trim();
}
