namespace MergeOps.TestGitHub.Storage;

/// <summary>An issue.</summary>
/// <param name="Number">Its number, which no pull request has.</param>
/// <param name="Login">Who opened it.</param>
internal sealed record StoredIssue(int Number, string Login)
{
    /// <summary>Its title.</summary>
    public required string Title { get; set; }

    /// <summary>Its Markdown.</summary>
    public required string Body { get; set; }

    /// <summary>Its labels.</summary>
    public string[] Labels { get; set; } = [];

    /// <summary>Whether it is not closed.</summary>
    public bool IsOpen { get; set; } = true;
}
