using System.Collections.Immutable;
using MergeOps.Diagnostics;
using MergeOps.Forges;
using Octokit;
using Reaction = MergeOps.Forges.Reaction;

namespace MergeOps.GitHub.Client;

/// <content>Comments of pull requests and issues.</content>
internal sealed partial class GitHubRepository : IComments
{
    private const string CommentPermission = "pull-requests: write";

    /// <inheritdoc/>
    public async Task<CommentInfo?> FindCommentAsync(int number, Func<CommentInfo, bool> isOurs, CancellationToken cancellation)
    {
        var comments = await CommentsAsync(number, int.MaxValue, isOurs, cancellation);
        return comments.FirstOrDefault(isOurs);
    }

    /// <inheritdoc/>
    public Task<ImmutableArray<CommentInfo>> FirstCommentsAsync(int number, int most, CancellationToken cancellation) =>
        CommentsAsync(number, most, _ => false, cancellation);

    /// <inheritdoc/>
    public async Task<long> CreateCommentAsync(int number, string body, CancellationToken cancellation)
    {
        var text = SecretText.Redact(body);
        var comment = await connection.CreateAsync(
            new($"a comment on {Slug}#{number}", CommentPermission),
            async github => Info(await github.Issue.Comment.Create(Slug.Owner, Slug.Name, number, text)),
            async () =>
            {
                var login = await OwnLoginAsync(cancellation);
                return await FindCommentAsync(number, found => found.AuthorLogin == login && IsSame(found.Body, text), cancellation);
            },
            cancellation);
        return comment.Id;
    }

    /// <inheritdoc/>
    public Task EditCommentAsync(long id, string body, CancellationToken cancellation)
    {
        var text = SecretText.Redact(body);
        return connection.CallAsync(
            new($"the comment {id} in {Slug}", CommentPermission),
            github => github.Issue.Comment.Update(Slug.Owner, Slug.Name, id, text),
            cancellation);
    }

    /// <inheritdoc/>
    public Task ReactAsync(long commentId, Reaction reaction, CancellationToken cancellation)
    {
        var content = reaction switch
        {
            Reaction.Seen => ReactionType.Eyes,
            Reaction.Done => ReactionType.Rocket,
            _ => ReactionType.Confused,
        };
        return connection.CallAsync(
            new($"a reaction to the comment {commentId} in {Slug}", CommentPermission),
            github => github.Reaction.IssueComment.Create(Slug.Owner, Slug.Name, commentId, new NewReaction(content)),
            cancellation);
    }

    private async Task<ImmutableArray<CommentInfo>> CommentsAsync(int number, int most, Func<CommentInfo, bool> isLast, CancellationToken cancellation)
    {
        var comments = await PagesAsync(
            new($"the comments of {Slug}#{number}", "pull-requests: read"),
            (github, options) => github.Issue.Comment.GetAllForIssue(Slug.Owner, Slug.Name, number, options),
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
