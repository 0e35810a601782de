using System.Collections.Immutable;
using MergeOps.Diagnostics;

namespace MergeOps.Forges;

/// <summary>Comments of pull requests and issues. Every text is freed of secrets before it is sent.</summary>
internal interface IComments
{
    /// <summary>The oldest comment of a pull request or issue that is ours; null when there is none.</summary>
    /// <param name="number">The number of the pull request or issue.</param>
    /// <param name="isOurs">Tells which it is: by its author as well as by its text, since anybody can copy a text.</param>
    /// <param name="cancellation">Stops.</param>
    Task<CommentInfo?> FindCommentAsync(int number, Func<CommentInfo, bool> isOurs, CancellationToken cancellation);

    /// <summary>The first comments of a pull request or issue, oldest first.</summary>
    /// <param name="number">The number of the pull request or issue.</param>
    /// <param name="most">How many at most; up to 100 of them take one call.</param>
    /// <param name="cancellation">Stops.</param>
    Task<ImmutableArray<CommentInfo>> FirstCommentsAsync(int number, int most, CancellationToken cancellation);

    /// <summary>Comments a pull request or issue, once, whatever happens to the answer.</summary>
    /// <returns>The comment's id.</returns>
    /// <exception cref="MergeOpsException">It is longer than the forge takes: <see cref="Codes.GitHubTooLong"/>.</exception>
    Task<long> CreateCommentAsync(int number, string body, CancellationToken cancellation);

    /// <summary>Gives a comment another text; nobody is notified.</summary>
    /// <exception cref="MergeOpsException">It was deleted: <see cref="Codes.GitHubGone"/>; the text is longer than the forge takes: <see cref="Codes.GitHubTooLong"/>.</exception>
    Task EditCommentAsync(long id, string body, CancellationToken cancellation);

    /// <summary>Answers a comment without words; a second time changes nothing.</summary>
    Task ReactAsync(long commentId, Reaction reaction, CancellationToken cancellation);
}

/// <summary>A comment on a pull request or issue.</summary>
/// <param name="Id">By which it is edited.</param>
/// <param name="AuthorLogin">Who wrote it; a name that nobody has when that account was deleted.</param>
/// <param name="Body">Its Markdown.</param>
internal sealed record CommentInfo(long Id, string AuthorLogin, string Body);

/// <summary>An answer to a comment without words.</summary>
internal enum Reaction
{
    /// <summary>Seen, work goes on.</summary>
    Seen,

    /// <summary>Done.</summary>
    Done,

    /// <summary>Refused, or not understood.</summary>
    Refused,
}
