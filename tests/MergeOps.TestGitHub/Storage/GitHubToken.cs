namespace MergeOps.TestGitHub.Storage;

/// <summary>A token that the server gave out.</summary>
/// <param name="Value">The secret.</param>
/// <param name="Login">Under which name it writes.</param>
/// <param name="IsWorkflow">Whether it is a workflow's own, which belongs to no organization.</param>
/// <param name="CanWrite">False for the token of a fork's pull request.</param>
internal sealed record GitHubToken(string Value, string Login, bool IsWorkflow, bool CanWrite)
{
    /// <summary>What a job's token may do, such as <c>pull_requests</c> and <c>write</c>; null where nothing narrows it.</summary>
    public IReadOnlyDictionary<string, string>? Permissions { get; init; }

    /// <summary>The one repository that a job's token is good for, as <c>owner/name</c>; null for all.</summary>
    public string? Repository { get; init; }

    /// <summary>Whether it may do something.</summary>
    /// <param name="alternatives">What suffices, as <c>issues=write; pull_requests=write</c>.</param>
    public bool May(string alternatives) => Array.Exists(alternatives.Split("; "), one =>
    {
        var (name, level) = (one.Split('=')[0], one.Split('=')[1]);
        return (level == "read" || CanWrite)
            && (Permissions is null || (Permissions.GetValueOrDefault(name) is { } granted && (granted == level || granted == "write")));
    });

    /// <summary>Whether it is an app's, the workflow's own among them: such a token has no user that could be asked for.</summary>
    public bool IsInstallation => Login.EndsWith("[bot]", StringComparison.Ordinal);
}
