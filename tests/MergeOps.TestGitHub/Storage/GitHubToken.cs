namespace MergeOps.TestGitHub.Storage;

/// <summary>A token that the server gave out.</summary>
/// <param name="Value">The secret.</param>
/// <param name="Login">Under which name it writes.</param>
/// <param name="IsWorkflow">Whether it is a workflow's own, which has no user that could be asked for.</param>
/// <param name="CanWrite">False for the token of a fork's pull request.</param>
internal sealed record GitHubToken(string Value, string Login, bool IsWorkflow, bool CanWrite);
