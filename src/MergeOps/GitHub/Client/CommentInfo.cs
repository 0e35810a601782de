namespace MergeOps.GitHub.Client;

/// <summary>A comment on a pull request or issue.</summary>
/// <param name="Id">By which it is edited.</param>
/// <param name="AuthorLogin">Who wrote it; <c>ghost</c> when that account was deleted.</param>
/// <param name="Body">Its Markdown.</param>
internal sealed record CommentInfo(long Id, string AuthorLogin, string Body);
