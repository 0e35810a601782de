namespace MergeOps.TestGitHub.Http;

/// <summary>What a job's token needs to read from a private repository, as GitHub's page on permissions lists it.</summary>
internal static class ReadRules
{
    private static readonly (string Path, string Permission)[] Rules =
    [
        ("/commits/{commit_sha}/pulls", "pull_requests=read"),
        ("/commits/{ref}/statuses", "statuses=read"),
        ("/issues/{issue_number}/comments", "issues=read; pull_requests=read"),
        ("/issues", "issues=read"),
        ("/pulls", "pull_requests=read"),
        ("/contents/", "contents=read"),
        ("/compare/", "contents=read"),
        ("/git/", "contents=read"),
        ("/actions/", "actions=read"),
    ];

    /// <summary>What suffices for a call; null for what every token may.</summary>
    /// <param name="call">The call as GitHub's description names it.</param>
    public static string? PermissionOf(string call) =>
        call.StartsWith("GET /repos/{owner}/{repo}/", StringComparison.Ordinal)
            ? Array.Find(Rules, rule => call["GET /repos/{owner}/{repo}".Length..].StartsWith(rule.Path, StringComparison.Ordinal)).Permission
            : null;
}
