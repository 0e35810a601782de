namespace MergeOps.GitHub.Client;

/// <summary>An issue as it is now.</summary>
/// <param name="Number">Its number.</param>
/// <param name="Title">Its title.</param>
/// <param name="Body">Its Markdown; empty when it has none.</param>
/// <param name="AuthorLogin">Who opened it.</param>
/// <param name="IsOpen">Whether it is not closed.</param>
internal sealed record IssueInfo(int Number, string Title, string Body, string AuthorLogin, bool IsOpen);
